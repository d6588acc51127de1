/** Narrows JSON Schema's own types to what their columns hold, so that whatever a schema lets through fits. */
import Type, { type TSchema } from 'typebox'
import { DeclarationError } from '../errors.ts'
import type { ColumnType } from './column-type.ts'
import { DATE, MAX_INT, MIN_INT, TIMESTAMP, UUID } from './wire-schemas.ts'

/**
 * The schema of values for such a column: a bare `Type.Integer()` lets more through than 32 bits, a bare format upper-case uuids,
 * second 60 and microseconds. One that is narrow enough comes back itself.
 * @throws DeclarationError for a pattern beside one of those formats
 */
export function narrowSchema(schema: TSchema, column: ColumnType): TSchema {
  switch (column) {
    case 'int':
      return narrowInteger(schema)
    case 'uuid':
      return narrowFormat(schema, UUID)
    case 'timestamp':
      return narrowFormat(schema, TIMESTAMP)
    case 'date':
      return narrowFormat(schema, DATE)
    default:
      return schema
  }
}

function narrowInteger(schema: TSchema): TSchema {
  if (!Type.IsInteger(schema)) return schema
  const [minimum, maximum] = [bound(schema, 'minimum'), bound(schema, 'maximum')]
  if (minimum !== undefined && minimum >= MIN_INT && maximum !== undefined && maximum <= MAX_INT) {
    return schema
  }
  return Type.Integer({
    ...schema,
    minimum: Math.max(minimum ?? MIN_INT, MIN_INT),
    maximum: Math.min(maximum ?? MAX_INT, MAX_INT),
  })
}

function bound(schema: TSchema, name: 'minimum' | 'maximum'): number | undefined {
  const value: unknown = Reflect.get(schema, name)
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
}

function narrowFormat(schema: TSchema, wire: TSchema): TSchema {
  const pattern: unknown = Reflect.get(schema, 'pattern')
  const wirePattern: unknown = Reflect.get(wire, 'pattern')
  if (pattern === wirePattern) return schema
  if (pattern !== undefined) {
    throw new DeclarationError('The format brings a pattern of its own: leave yours out.')
  }
  return Type.String({ ...schema, ...wire })
}
