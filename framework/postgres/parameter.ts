/** Writes values of the wire as parameters: text that PostgreSQL's input functions read. */
import { foldCase } from '../filter/compare-values.ts'
import type { ColumnType } from '../resource/column-type.ts'
import type { Parameter } from './database.ts'

/** The parameter for one value of such a column. Null stays null, also in JSON. */
export function toParameter(column: ColumnType, value: unknown): Parameter {
  if (typeof value === 'string' && column !== 'json') return value
  if (value === null || value === undefined) return null
  return JSON.stringify(value) // which is how PostgreSQL reads numbers and booleans too
}

/** The parameter for an array of such values, in the form of PostgreSQL 8.15.6. */
export function toArrayParameter(column: ColumnType, values: readonly unknown[]): Parameter {
  const elements = values.map((value) => {
    const parameter = toParameter(column, value)
    return parameter === null ? 'NULL' : `"${parameter.replaceAll(/["\\]/g, '\\$&')}"`
  })
  return `{${elements.join(',')}}`
}

/** Where a text must stand in another. */
export type TextOperator = 'contains' | 'startswith' | 'endswith'

/** The pattern of `like` for a text of plain characters whose A to Z are folded. */
export function toPattern(operator: TextOperator, value: unknown): Parameter {
  if (typeof value !== 'string') return null
  const escaped = foldCase(value).replaceAll(/[%_\\]/g, '\\$&')
  const [before, after] = [operator === 'startswith' ? '' : '%', operator === 'endswith' ? '' : '%']
  return before + escaped + after
}
