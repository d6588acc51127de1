/** Updates and deletes rows. */
import { ConflictError, ForbiddenError, NotFoundError, StaleError } from '../errors.ts'
import { ALL } from '../filter/filter.ts'
import { isPossible } from '../security/access.ts'
import {
  setsCheck,
  updateItemCheck,
  type CheckedItem,
  type CheckItem,
} from '../store/item-input.ts'
import type { ConditionalOptions, OperationOptions, Result, Store } from '../store/store.ts'
import { valueMaker } from './generated-values.ts'
import { toArrayParameter, toParameter } from './parameter.ts'
import type { Plan } from './plan.ts'
import { attributeOf, type Slot, type SlotMaker } from './slot-filter.ts'
import { assertNotAnonymous, type StoreScope } from './store-scope.ts'
import { notLinked } from './violation.ts'
import {
  deleteStatement,
  deleteVerdictStatement,
  updateStatement,
  updateVerdictStatement,
  type Precondition,
  type UpdateParts,
  type Verdict,
} from './write-statements.ts'

/** The operations that change rows. */
export type ChangeOperations = Pick<Store, 'update' | 'delete'>

/** A row may change between the write and the question why nothing was written; then both are done again. */
const MAX_TRIES = 3

/** Makes the operations of one caller's store that change rows. */
export function changeOperations(scope: StoreScope): ChangeOperations {
  const { resource, access } = scope
  let check: CheckItem | undefined
  let checkSets: ReturnType<typeof setsCheck> | undefined

  async function update(
    key: string,
    item: unknown,
    options: ConditionalOptions = {},
  ): Promise<Result> {
    const pointer = options.pointer ?? '/item'
    check ??= updateItemCheck(resource, access.outline)
    const input = check(item, pointer)
    checkSets ??= setsCheck(resource, resource.key)
    const change = prepareUpdate(scope, { key, input, sets: checkSets(options.sets), options })
    const { maker, shape, parts, isAllowed } = change
    const { given } = parts
    const verdict = (): Promise<Result> => {
      const plan = scope.plan(`why ${shape}`, (statements) =>
        updateVerdictStatement(statements, parts),
      )
      return judge(scope, { plan, maker, options, pointer, given })
    }
    if (parts.written.size === 0) return verdict()
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const result = isAllowed ? await write(scope, { ...change, options, pointer }) : undefined
      if (result !== undefined) return result
      await verdict()
    }
    throw restless()
  }

  async function remove(key: string, options: ConditionalOptions = {}): Promise<void> {
    const prepared = prepareDelete(scope, key, options)
    const { maker, shape, precondition } = prepared
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (isPossible(access.delete) && (await erase(scope, prepared, options))) return
      const plan = scope.plan(`why ${shape}`, (statements) =>
        deleteVerdictStatement(statements, precondition),
      )
      await judge(scope, { plan, maker, options, pointer: '', given: [] })
    }
    throw restless()
  }
  return { update, delete: remove }
}

interface PreparedUpdate {
  readonly maker: SlotMaker
  readonly shape: string
  readonly parts: UpdateParts
  /** False: the caller may update no row in this way. */
  readonly isAllowed: boolean
}

interface AskedUpdate {
  readonly key: string
  readonly input: CheckedItem
  /** What the server's own code sets. */
  readonly sets: CheckedItem
  readonly options: ConditionalOptions
}

function prepareUpdate(
  scope: StoreScope,
  { key, input, sets, options }: AskedUpdate,
): PreparedUpdate {
  const { resource, access } = scope
  const filter = scope.secure(options.precondition ?? ALL, '/precondition')
  const given = resource.attributeNames.filter((name) => Object.hasOwn(input, name))
  const isAllowed =
    isPossible(access.update) &&
    given.every((name) => isPossible(access.attributes[name]?.updatable ?? { kind: 'none' }))
  assertNotAnonymous(isAllowed && isPossible(access.read), access)
  const maker = scope.values()
  if (!scope.putKey(maker, key)) throw new NotFoundError()
  const written = putValues(scope, maker, { ...input, ...sets })
  const versions = putVersions(maker, options.versions)
  const precondition = { filter: maker.filter(resource, filter), versions }
  return {
    maker,
    shape: `update ${given.join()} ${Object.keys(sets).sort().join()} ${maker.shape}`,
    parts: { ...precondition, written, given },
    isAllowed,
  }
}

/** What is given, and what generators make of every update that changes something. */
function putValues(
  scope: StoreScope,
  maker: SlotMaker,
  input: CheckedItem,
): ReadonlyMap<string, Slot> {
  const { resource } = scope
  const written = new Map<string, Slot>()
  if (Object.keys(input).length === 0) return written
  const make = valueMaker(scope)
  for (const name of resource.attributeNames) {
    const { column, onUpdate } = attributeOf(resource, name)
    if (Object.hasOwn(input, name)) {
      written.set(name, maker.slot(toParameter(column, input[name])))
    } else if (onUpdate !== undefined) {
      written.set(name, maker.slot(toParameter(column, make(onUpdate))))
    }
  }
  return written
}

/** Digits that fit a bigint; other texts are no version of any row. */
const VERSION = /^[0-9]{1,18}$/

function putVersions(maker: SlotMaker, versions: readonly string[] | undefined): Slot | undefined {
  if (versions === undefined) return undefined
  maker.shape += 'versions '
  const known = versions.filter((version) => VERSION.test(version))
  return maker.slot(toArrayParameter('bigint', known))
}

interface Attempt extends PreparedUpdate {
  readonly options: ConditionalOptions
  readonly pointer: string
}

/** @returns undefined when nothing was written */
async function write(scope: StoreScope, attempt: Attempt): Promise<Result | undefined> {
  const { maker, shape, parts, options, pointer } = attempt
  const { access, tellViolation, transactions } = scope
  const plan = scope.plan(shape, (statements) => updateStatement(statements, parts))
  const written = await scope.run(plan, maker, options).catch((error: unknown) => {
    throw tellViolation(error, { access, pointer, given: parts.given })
  })
  const [row] = written.rows
  if (row === undefined) return undefined
  transactions.noteWrite(options.transaction)
  return plan.reader.toResult(row)
}

interface PreparedDelete {
  readonly maker: SlotMaker
  readonly shape: string
  readonly precondition: Precondition
}

function prepareDelete(
  scope: StoreScope,
  key: string,
  options: ConditionalOptions,
): PreparedDelete {
  const { resource, access } = scope
  const filter = scope.secure(options.precondition ?? ALL, '/precondition')
  assertNotAnonymous(isPossible(access.delete) && isPossible(access.read), access)
  const maker = scope.values()
  if (!scope.putKey(maker, key)) throw new NotFoundError()
  const versions = putVersions(maker, options.versions)
  const precondition = { filter: maker.filter(resource, filter), versions }
  return { maker, shape: `delete ${maker.shape}`, precondition }
}

/** @returns whether there was something to delete */
async function erase(
  scope: StoreScope,
  { maker, shape, precondition }: PreparedDelete,
  options: ConditionalOptions,
): Promise<boolean> {
  const plan = scope.plan(shape, (statements) => deleteStatement(statements, precondition))
  const { rowCount } = await scope.run(plan, maker, options)
  if (rowCount > 0) scope.transactions.noteWrite(options.transaction)
  return rowCount > 0
}

interface Judged {
  readonly plan: Plan<Verdict>
  readonly maker: SlotMaker
  readonly options: OperationOptions
  readonly pointer: string
  readonly given: readonly string[]
}

/**
 * Says why nothing was written.
 * @returns the row, when nothing stands against the write now
 * @throws NotFoundError, then InvalidError for a reference, ForbiddenError, StaleError
 */
async function judge(scope: StoreScope, judged: Judged): Promise<Result> {
  const { plan, maker, options, pointer, given } = judged
  const { selection, references } = plan.reader
  const { rows } = await scope.run(plan, maker, options)
  const [row] = rows
  if (row === undefined) throw new NotFoundError()
  const [may, holds, ...allowed] = row.slice(selection.columns.length)
  const broken = references.find((_, index) => allowed[index] !== true)
  if (broken !== undefined) throw notLinked(broken.foreignKey, { pointer, given })
  if (may !== true) throw new ForbiddenError()
  if (holds !== true) throw new StaleError()
  return selection.toResult(row)
}

function restless(): ConflictError {
  return new ConflictError('Others keep changing this item. Try again.')
}
