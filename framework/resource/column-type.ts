/** The kinds of column that an attribute can have, and how a TypeBox schema chooses one. */
import Type, { type TSchema } from 'typebox'

/** A kind of column, apart from its name in SQL. */
export type ColumnType =
  | 'text'
  | 'uuid'
  | 'int'
  | 'bigint'
  | 'number'
  | 'decimal'
  | 'boolean'
  | 'timestamp'
  | 'date'
  | 'json'

const COLUMN_OF_FORMAT: Readonly<Record<string, ColumnType>> = {
  uuid: 'uuid',
  'date-time': 'timestamp',
  date: 'date',
}

/** The column that holds what the schema describes; undefined when no column can. */
export function columnTypeOf(schema: TSchema): ColumnType | undefined {
  if (Type.IsString(schema)) return COLUMN_OF_FORMAT[formatOf(schema) ?? ''] ?? 'text'
  if (Type.IsInteger(schema)) return 'int'
  if (Type.IsNumber(schema)) return 'number'
  if (Type.IsBoolean(schema)) return 'boolean'
  if (Type.IsTemplateLiteral(schema)) return 'text'
  if (Type.IsEnum(schema)) return oneColumnFor(schema.enum.map(columnTypeOfLiteral))
  if (Type.IsLiteral(schema)) return columnTypeOfLiteral(schema.const)
  if (Type.IsUnion(schema)) return oneColumnFor(schema.anyOf.map(columnTypeOf))
  if (isJson(schema)) return 'json'
  return undefined
}

function columnTypeOfLiteral(value: unknown): ColumnType | undefined {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  return Number.isInteger(value) ? 'int' : undefined
}

/** Alternatives of one kind share its column, of several kinds are JSON; one that no column can hold, such as null, spoils all. */
function oneColumnFor(alternatives: readonly (ColumnType | undefined)[]): ColumnType | undefined {
  const kinds = new Set(alternatives)
  const [kind] = kinds
  if (kinds.has(undefined)) return undefined
  return kinds.size === 1 ? kind : 'json'
}

function isJson(schema: TSchema): boolean {
  return (
    Type.IsObject(schema) ||
    Type.IsArray(schema) ||
    Type.IsTuple(schema) ||
    Type.IsRecord(schema) ||
    Type.IsUnknown(schema)
  )
}

function formatOf(schema: TSchema): string | undefined {
  return 'format' in schema && typeof schema.format === 'string' ? schema.format : undefined
}
