/** The schemas of items and Results, for actions that answer one and channels that tell of them. */
import Type, { type TSchema, type TUnsafe } from 'typebox'
import type { Resource } from '../resource/resource.ts'
import type { Result } from './store.ts'

/**
 * The schema of an item as some caller sees it: which attributes are there, apart from the key's, depends on what that caller may
 * read.
 */
export function itemSchema(resource: Resource): TSchema {
  const properties = Object.entries(resource.attributes).flatMap(([name, attribute]) => {
    if (!attribute.readable) return []
    const { schema, isNullable } = attribute
    const value: TSchema = isNullable ? Type.Union([schema, Type.Null()]) : schema
    return [[name, resource.key.includes(name) ? value : Type.Optional(value)] as const]
  })
  return Type.Object(Object.fromEntries(properties), { additionalProperties: false })
}

/** The schema of a Result of the resource, as some caller sees it. */
export function resultSchema<R extends Resource>(resource: R): TUnsafe<Result<R>> {
  return Type.Unsafe<Result<R>>(
    Type.Object(
      {
        key: Type.String(),
        item: itemSchema(resource),
        updatable: Type.Boolean(),
        deletable: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
  )
}
