/** Makes rows. */
import { ForbiddenError, InternalError } from '../errors.ts'
import { isPossible } from '../security/access.ts'
import { denied } from '../store/denied.ts'
import { createItemCheck, setsCheck, type CheckedItem } from '../store/item-input.ts'
import type { Result, Store, WriteOptions } from '../store/store.ts'
import { valueMaker } from './generated-values.ts'
import { toParameter } from './parameter.ts'
import type { SlotAccess } from './slot-access.ts'
import { attributeOf, type Slot, type SlotMaker } from './slot-filter.ts'
import type { StoreScope } from './store-scope.ts'
import { notLinked } from './violation.ts'
import { createFaultsStatement, createStatement } from './write-statements.ts'

/** Makes the `create` of one caller's store. */
export function createOperation(scope: StoreScope): Store['create'] {
  const { access, tellViolation, transactions } = scope
  const rules = once(() => createRules(scope))

  return async function create(item: unknown, options?: WriteOptions): Promise<Result> {
    const pointer = options?.pointer ?? '/item'
    const { check, checkSets, orphans, isJudged, isDenied } = rules()
    const input = check(item, pointer)
    const sets = checkSets(options?.sets)
    const orphan = orphans.find((name) => !Object.hasOwn(sets, name))
    if (orphan !== undefined) throw ownerless(scope, orphan)
    const given = Object.keys(input)
    if (!isPossible(access.create) || given.some(isDenied)) throw denied(access)
    const maker = scope.values()
    putValues(scope, maker, options?.sets === undefined ? input : { ...input, ...sets })
    const judged = given.filter(isJudged)
    const plan = scope.plan(`create ${judged.join()}`, (statements) =>
      createStatement(statements, { written: writtenBy(scope, statements.access), given: judged }),
    )
    const written = await scope.run(plan, maker, options).catch((error: unknown) => {
      throw tellViolation(error, { access, pointer, given })
    })
    const [row] = written.rows
    if (row === undefined) throw await refusalOf(scope, maker, { pointer, given, options })
    transactions.noteWrite(options?.transaction)
    return plan.reader.toResult(row)
  }
}

function ownerless({ resource }: StoreScope, name: string): InternalError {
  return new InternalError(`${resource.name}.${name}: a create lets nobody and nothing set it.`)
}

interface CreateRules {
  readonly check: (item: unknown, pointer: string) => CheckedItem
  readonly checkSets: (sets: CheckedItem | undefined) => CheckedItem
  /** Attributes that nobody and nothing sets but the server's own code. */
  readonly orphans: readonly string[]
  /** Whether the statement has to look at who brings the attribute. */
  isJudged(name: string): boolean
  /** Whether the caller may bring it into no row, though others may. */
  isDenied(name: string): boolean
}

function createRules(scope: StoreScope): CreateRules {
  const { resource, access } = scope
  const orphans = resource.attributeNames.filter((name) => {
    const { isNullable, onCreate } = attributeOf(resource, name)
    const isBrought = access.outline.attributes[name]?.creatable === true
    return !isNullable && onCreate === undefined && !isBrought && !Object.hasOwn(access.sets, name)
  })
  const guarded = scope
    .rules()
    .references.filter(({ read }) => read.kind !== 'all')
    .flatMap(({ foreignKey }) => foreignKey.attributes)
  const conditional = Object.entries(access.attributes)
    .filter(([, { creatable }]) => creatable.kind !== 'all')
    .map(([name]) => name)
  const judged = new Set([...guarded, ...conditional])
  return {
    check: createItemCheck(resource, access.outline, access.sets),
    checkSets: setsCheck(resource, Object.keys(access.sets)),
    orphans: isPossible(access.create) ? orphans : [],
    isJudged: (name) => judged.has(name),
    isDenied: (name) => !isPossible(access.attributes[name]?.creatable ?? { kind: 'none' }),
  }
}

/** The columns that a create writes: all but those that the database counts. */
function columnsOf({ resource }: StoreScope): readonly string[] {
  return resource.attributeNames.filter(
    (name) => attributeOf(resource, name).onCreate?.kind !== 'sequence',
  )
}

/** The slots of the columns, in the order in which `putValues` puts their values. */
function writtenBy(scope: StoreScope, { sets }: SlotAccess): ReadonlyMap<string, Slot> {
  let next = 0
  return new Map(columnsOf(scope).map((name) => [name, sets.get(name) ?? { slot: next++ }]))
}

function putValues(scope: StoreScope, maker: SlotMaker, input: CheckedItem): void {
  const { resource, access } = scope
  const make = valueMaker(scope)
  for (const name of resource.attributeNames) {
    const { column, onCreate } = attributeOf(resource, name)
    if (onCreate?.kind === 'sequence' || Object.hasOwn(access.sets, name)) continue
    const isGiven = Object.hasOwn(input, name)
    const value = isGiven ? input[name] : onCreate === undefined ? null : make(onCreate)
    maker.slot(toParameter(column, value))
  }
}

interface RefusedCreate {
  readonly pointer: string
  readonly given: readonly string[]
  readonly options: WriteOptions | undefined
}

/** Why nothing was made: what is wrong with the input comes before what the caller may not do. */
async function refusalOf(
  scope: StoreScope,
  maker: SlotMaker,
  { pointer, given, options }: RefusedCreate,
): Promise<Error> {
  const held = scope
    .rules()
    .references.filter(({ foreignKey }) =>
      foreignKey.attributes.some((name) => given.includes(name)),
    )
  if (held.length === 0) return new ForbiddenError()
  const names = held.flatMap(({ foreignKey }) => foreignKey.attributes)
  const plan = scope.plan(`create faults ${names.join()}`, (statements) =>
    createFaultsStatement(statements, {
      written: writtenBy(scope, statements.access),
      given: names,
    }),
  )
  const { rows } = await scope.run(plan, maker, options)
  const broken = plan.reader.find((_, index) => rows[0]?.[index] !== true)
  return broken === undefined
    ? new ForbiddenError()
    : notLinked(broken.foreignKey, { pointer, given })
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
