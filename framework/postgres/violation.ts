/** Tells a broken constraint in the words of the declaration. */
import { ConflictError, ForbiddenError, InvalidError } from '../errors.ts'
import type { ForeignKey, Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Access } from '../security/access.ts'
import { constraintName } from './constraint-name.ts'
import { constraintOf, sqlStateOf } from './postgres-error.ts'

/** Whose write broke a constraint. */
export interface BrokenWrite {
  readonly access: Access
  /** Where the item stands in what the caller sent. */
  readonly pointer: string
  /** The attributes that came from the caller. */
  readonly given: readonly string[]
}

/** Turns what the database said of a write into what its caller may be told. */
export type TellViolation = (error: unknown, write: BrokenWrite) => unknown

/** Knows the constraints of a resource's table. */
export function violationTeller(registry: Registry, resource: Resource): TellViolation {
  const uniques = new Map(
    uniquesOf(resource).map(([attributes, kind]) => [
      constraintName(resource.name, kind === 'pkey' ? [] : attributes, kind),
      attributes,
    ]),
  )
  const references = new Map(
    registry
      .foreignKeysOf(resource)
      .map((key) => [constraintName(resource.name, key.attributes, 'fkey'), key]),
  )
  return (error, write) => {
    const constraint = constraintOf(error) ?? ''
    const [unique, reference] = [uniques.get(constraint), references.get(constraint)]
    const state = sqlStateOf(error)
    if (state === '23505' && unique !== undefined) return taken(unique, write.access, error)
    if (state === '23503' && reference !== undefined) return unlinked(reference, write, error)
    if (!(error instanceof InvalidError)) return error
    const faults = error.faults.map(({ detail }) => ({ pointer: write.pointer, detail }))
    return new InvalidError(faults, { cause: error.cause })
  }
}

type UniqueKind = 'pkey' | 'key'

function uniquesOf({
  key,
  attributes,
  indexes,
}: Resource): readonly (readonly [readonly string[], UniqueKind])[] {
  const single = Object.entries(attributes).flatMap(([name, { isUnique }]) =>
    isUnique ? [[[name], 'key'] as const] : [],
  )
  const declared = indexes.flatMap((index) =>
    index.isUnique ? [[index.attributes, 'key'] as const] : [],
  )
  return [[key, 'pkey'], ...single, ...declared]
}

/** Names only what the caller may read in every row. */
function taken(attributes: readonly string[], access: Access, error: unknown): ConflictError {
  const isPublic = attributes.every((name) => access.attributes[name]?.readable.kind === 'all')
  const message = isPublic
    ? `Another item has such a value already: ${attributes.join(', ')}.`
    : 'Another item has such a value already.'
  return new ConflictError(message, { cause: causeOf(error) })
}

function unlinked(reference: ForeignKey, write: BrokenWrite, error: unknown): Error {
  const given = reference.attributes.filter((name) => write.given.includes(name))
  // What the server has put in is the caller's own: its row is gone.
  if (given.length === 0) return new ForbiddenError(undefined, { cause: causeOf(error) })
  return notLinked(reference, write, { cause: causeOf(error) })
}

/** The fault of a reference that leads nowhere that the caller may see. */
export function notLinked(
  { attributes, target }: ForeignKey,
  { pointer, given }: Pick<BrokenWrite, 'pointer' | 'given'>,
  options?: ErrorOptions,
): InvalidError {
  const faults = attributes
    .filter((name) => given.includes(name))
    .map((name) => ({
      pointer: `${pointer}/${name}`,
      detail: `is not the key of a ${target.name}`,
    }))
  return new InvalidError(faults, options)
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
