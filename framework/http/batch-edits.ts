/** Reads the edits of a batch: what is wrong with one of them is its own failure, not that of the others. */
import { InvalidError, PreconditionRequiredError, type Fault } from '../errors.ts'
import { parseFilterJson } from '../filter/parse-filter-json.ts'
import type { CreateInput, UpdateInput } from '../resource/item.ts'
import { keyOf } from '../resource/key.ts'
import type { Resource } from '../resource/resource.ts'
import { escapePointer } from '../resource/validator.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Edit } from '../store/store.ts'
import { bodyMembers, isObject, objectMember } from './body.ts'
import { isKnownTo, type Services } from './served.ts'

/** An edit, or why it can't be one. */
export type ReadEdit = Edit | InvalidError | PreconditionRequiredError

/** A batch as it was sent. */
export interface Batch {
  readonly edits: readonly ReadEdit[]
  readonly isAtomic: boolean
}

/** Whose batch it is, and of what. */
export interface BatchScope {
  readonly resource: Resource
  readonly caller: Authorization
  readonly services: Services
}

type RawEdit = Readonly<Record<string, unknown>>

/** Reads a batch. @throws InvalidError when it is none, or one of its edits does not say what to do with what */
export function readBatch(body: unknown, scope: BatchScope): Batch {
  const { edits, atomic = false } = bodyMembers(body, { required: ['edits'], optional: ['atomic'] })
  const { batchSize } = scope.resource
  if (typeof atomic !== 'boolean') throw fault('/atomic', 'must be true or false')
  if (!Array.isArray(edits) || edits.length > batchSize) {
    throw fault('/edits', `must be a list of at most ${batchSize} edits`)
  }
  const raw = edits.map((edit: unknown, index) => objectMember(edit, `/edits/${index}`))
  const faults = raw.flatMap(shapeFaults)
  if (faults.length > 0) throw new InvalidError(faults)
  return {
    isAtomic: atomic,
    edits: raw.map((edit, index) => readEdit(edit, `/edits/${index}`, scope)),
  }
}

const KINDS = ['create_item', 'update_item', 'delete_key']
const CONDITIONS = ['precondition', 'if_match']

function shapeFaults(edit: RawEdit, index: number): readonly Fault[] {
  const pointer = `/edits/${index}`
  const kinds = KINDS.filter((name) => Object.hasOwn(edit, name))
  const known = kinds[0] === 'create_item' ? KINDS : [...KINDS, ...CONDITIONS]
  const unknown = Object.keys(edit).filter((name) => !known.includes(name))
  return [
    ...unknown.map((name) => ({
      pointer: `${pointer}/${escapePointer(name)}`,
      detail: 'is not known here',
    })),
    ...(kinds.length === 1 ? [] : [{ pointer, detail: `must have one of ${KINDS.join(', ')}` }]),
    ...wrongTypes(edit, pointer),
  ]
}

function wrongTypes(edit: RawEdit, pointer: string): readonly Fault[] {
  const isText = (name: string): boolean => name === 'delete_key' || name === 'if_match'
  return Object.entries(edit).flatMap(([name, value]): Fault[] => {
    if (isText(name)) {
      return typeof value === 'string'
        ? []
        : [{ pointer: `${pointer}/${name}`, detail: 'must be a string' }]
    }
    return !KINDS.includes(name) || isObject(value)
      ? []
      : [{ pointer: `${pointer}/${name}`, detail: 'must be an object' }]
  })
}

function readEdit(raw: RawEdit, pointer: string, scope: BatchScope): ReadEdit {
  try {
    if (Object.hasOwn(raw, 'create_item')) {
      // The store checks it.
      return { kind: 'create', item: raw['create_item'] as CreateInput<Resource> }
    }
    const conditions = readConditions(raw, pointer, scope)
    const { delete_key: deleteKey } = raw
    return typeof deleteKey === 'string'
      ? { kind: 'delete', key: deleteKey, ...conditions }
      : { kind: 'update', ...readUpdate(raw['update_item'], pointer, scope), ...conditions }
  } catch (error) {
    if (error instanceof InvalidError || error instanceof PreconditionRequiredError) return error
    throw error
  }
}

type Conditions = Pick<Extract<Edit, { kind: 'update' }>, 'precondition' | 'versions'>

function readConditions(raw: RawEdit, pointer: string, scope: BatchScope): Conditions {
  const { resource, caller, services } = scope
  const { precondition: json, if_match: ifMatch } = raw
  if (resource.requiresIfMatch && ifMatch === undefined) {
    throw new PreconditionRequiredError('Give if_match the ETag that you last read.')
  }
  const versions =
    typeof ifMatch === 'string' ? services.etags.versionsOf(ifMatch, caller) : undefined
  const precondition =
    json === undefined
      ? undefined
      : parseFilterJson(json, {
          registry: services.registry,
          resource,
          isKnown: isKnownTo(services, caller),
          pointer: `${pointer}/precondition`,
        })
  return {
    ...(versions === undefined ? {} : { versions }),
    ...(precondition === undefined ? {} : { precondition }),
  }
}

/** The key of an update is inside its item. */
function readUpdate(
  value: unknown,
  pointer: string,
  { resource }: BatchScope,
): { readonly key: string; readonly item: UpdateInput<Resource> } {
  const item = objectMember(value, `${pointer}/update_item`)
  const missing = resource.key.filter((name) => !Object.hasOwn(item, name))
  if (missing.length > 0) {
    throw new InvalidError(
      missing.map((name) => ({ pointer: `${pointer}/update_item/${name}`, detail: 'is required' })),
    )
  }
  const changes = Object.entries(item).filter(([name]) => !resource.key.includes(name))
  return { key: keyOf(resource, item), item: Object.fromEntries(changes) }
}

function fault(pointer: string, detail: string): InvalidError {
  return new InvalidError([{ pointer, detail }])
}
