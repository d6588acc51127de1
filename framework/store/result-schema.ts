/** The schemas of items and Results, for actions that answer one and channels that tell of them. */
import Type, { type TSchema, type TUnsafe } from 'typebox'
import type { Item } from '../resource/item.ts'
import type { Resource } from '../resource/resource.ts'
import type { Result } from './store.ts'

/**
 * The schema of an item as some caller sees it: which attributes are there, apart from the key's, depends on what that caller may
 * read.
 */
export function itemSchema(resource: Resource): TSchema {
  return Type.Object(itemProperties(resource), { additionalProperties: false })
}

function itemProperties(resource: Resource): Readonly<Record<string, TSchema>> {
  const properties = Object.entries(resource.attributes).flatMap(([name, attribute]) => {
    if (!attribute.readable) return []
    const { schema, isNullable } = attribute
    const value: TSchema = isNullable ? Type.Union([schema, Type.Null()]) : schema
    return [[name, resource.key.includes(name) ? value : Type.Optional(value)] as const]
  })
  return Object.fromEntries(properties)
}

/** Resources whose items an action puts into those of another, under the names of links to one. */
export type LinkedResources = Readonly<Record<string, Resource>>

/** A Result with what is linked: an item, or null when there is none that the caller may read. */
export type LinkedResult<R extends Resource, L extends LinkedResources> = Result<R> & {
  readonly item: { readonly [K in keyof L]: Item<L[K]> | null }
}

/** The schema of a Result of the resource, as some caller sees it. */
export function resultSchema<R extends Resource>(resource: R): TUnsafe<Result<R>> {
  return Type.Unsafe<Result<R>>(resultOf(itemSchema(resource)))
}

/** The schema of a Result with what is linked in its item, as by an include. */
export function linkedResultSchema<R extends Resource, const L extends LinkedResources>(
  resource: R,
  linked: L,
): TUnsafe<LinkedResult<R, L>> {
  const links = Object.entries(linked).map(
    ([name, target]) => [name, Type.Union([itemSchema(target), Type.Null()])] as const,
  )
  const properties = { ...itemProperties(resource), ...Object.fromEntries(links) }
  const item = Type.Object(properties, { additionalProperties: false })
  return Type.Unsafe<LinkedResult<R, L>>(resultOf(item))
}

function resultOf(item: TSchema): TSchema {
  return Type.Object(
    { key: Type.String(), item, updatable: Type.Boolean(), deletable: Type.Boolean() },
    { additionalProperties: false },
  )
}
