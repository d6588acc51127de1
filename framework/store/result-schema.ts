/** The schema of a Result, for actions that answer one. */
import Type, { type TSchema, type TUnsafe } from 'typebox'
import type { Resource } from '../resource/resource.ts'
import type { Result } from './store.ts'

/**
 * The schema of a row of the resource as some caller sees it: which attributes are there, apart from the key's, depends on what
 * that caller may read.
 */
export function resultSchema<R extends Resource>(resource: R): TUnsafe<Result<R>> {
  const properties = Object.entries(resource.attributes).flatMap(([name, attribute]) => {
    if (!attribute.readable) return []
    const { schema, isNullable } = attribute
    const value: TSchema = isNullable ? Type.Union([schema, Type.Null()]) : schema
    return [[name, resource.key.includes(name) ? value : Type.Optional(value)] as const]
  })
  return Type.Unsafe<Result<R>>(
    Type.Object(
      {
        key: Type.String(),
        item: Type.Object(Object.fromEntries(properties), { additionalProperties: false }),
        updatable: Type.Boolean(),
        deletable: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
  )
}
