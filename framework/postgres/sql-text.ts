/** Text that goes into SQL as it stands: names of types, and bounds of our own. Values are parameters, names are identifiers. */
import { sql, type RawBuilder } from 'kysely'
import type { Attribute } from '../resource/attribute.ts'
import type { ColumnType } from '../resource/column-type.ts'
import { SQL_TYPE } from './table.ts'

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>

const TYPES = new Map(
  Object.entries(SQL_TYPE).map(([column, text]) => [
    column,
    { one: sql.raw(text), many: sql.raw(`${text}[]`) },
  ]),
)

/** The full type of a column, for casts. */
export function sqlType(column: ColumnType): Sql {
  return TYPES.get(column)?.one ?? sql.raw(SQL_TYPE[column])
}

/** The type of an array of such values. */
export function sqlArrayType(column: ColumnType): Sql {
  return TYPES.get(column)?.many ?? sql.raw(`${SQL_TYPE[column]}[]`)
}

/** A value as if it stood in the attribute's column: of its type, and under its collation. */
export function asColumn(value: unknown, { column, collation }: Attribute): Sql {
  const cast = sql`cast(${value} as ${sqlType(column)})`
  return column === 'text' ? sql`${cast} collate ${sql.id(collation ?? 'C')}` : cast
}

/** A number of the framework's own, such as the usual limit of a page. */
export function wholeNumber(value: number): Sql {
  return sql.lit(Math.trunc(value))
}
