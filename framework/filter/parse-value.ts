/** Reads the values that strangers compare attributes with. */
import { toCanonicalTime } from '../resource/canonical-time.ts'
import type { ColumnType } from '../resource/column-type.ts'
import { parseJson } from '../resource/json-guard.ts'
import { validatorOf } from '../resource/validator.ts'
import { BIGINT, DATE, DECIMAL, INT32, UUID } from '../resource/wire-schemas.ts'
import type { Json } from './filter.ts'

/** Longest text, and longest JSON as text, that anything is compared with. */
const MAX_LENGTH = 4000
const MAX_JSON_DEPTH = 32
const MAX_BIGINT = 2n ** 63n - 1n
const MIN_BIGINT = -(2n ** 63n)

/**
 * A value that a column of this type can be compared with, in canonical wire form; undefined when it is none. Limits of the
 * attribute's own schema do not count: nothing is wrong with asking for a text that is too long to be there.
 */
export function parseValue(column: ColumnType, value: unknown): Json | undefined {
  switch (column) {
    case 'text':
      return typeof value === 'string' && value.length <= MAX_LENGTH && isCleanText(value)
        ? value
        : undefined
    case 'uuid':
      return textOf(value, (text) => validatorOf(UUID).isValid(text))
    case 'int':
      return typeof value === 'number' && validatorOf(INT32).isValid(value)
        ? plainZero(value)
        : undefined
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? plainZero(value) : undefined
    case 'bigint':
      return textOf(value, isBigint)
    case 'decimal':
      return textOf(value, (text) => validatorOf(DECIMAL).isValid(text))
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'timestamp':
      return typeof value === 'string' ? toCanonicalTime(value) : undefined
    case 'date':
      return textOf(value, (text) => validatorOf(DATE).isValid(text))
    case 'json':
      return isCleanJson(value, MAX_JSON_DEPTH) && JSON.stringify(value).length <= MAX_LENGTH
        ? value
        : undefined
  }
}

/** What a value for such a column must be, as the end of a sentence that begins with the value. */
export const EXPECTED_VALUE: Readonly<Record<ColumnType, string>> = Object.freeze({
  text: `must be text of at most ${MAX_LENGTH} characters, without NUL and half surrogate pairs`,
  uuid: 'must be a lower-case uuid',
  int: 'must be a whole number of 32 bits',
  bigint: 'must be a whole number of 64 bits as a string of digits',
  number: 'must be a number',
  decimal: 'must be a decimal number as a string of digits',
  boolean: 'must be true or false',
  timestamp:
    'must be a time such as 2026-11-20T13:00:00.000Z, of the years 0001 to 9999, with at most three fraction digits',
  date: 'must be a date such as 2026-11-20, of the years 0001 to 9999',
  json: `must be JSON of at most ${MAX_LENGTH} characters, without numbers that lose digits`,
})

const INT_TEXT = /^(0|-?[1-9][0-9]*)$/
/** A number as JSON writes it (RFC 8259 §6). */
const NUMBER_TEXT = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/

/** What the text of a query parameter stands for, still to be checked by `parseValue`; undefined when it can't be such a value. */
export function readParameter(column: ColumnType, text: string): unknown {
  switch (column) {
    case 'int':
      return INT_TEXT.test(text) ? Number(text) : undefined
    case 'number':
      return NUMBER_TEXT.test(text) ? Number(text) : undefined
    case 'boolean':
      return readBoolean(text)
    case 'json':
      return readJson(text)
    case 'text':
    case 'uuid':
    case 'bigint':
    case 'decimal':
    case 'timestamp':
    case 'date':
      return text
  }
}

/** The boolean that a parameter writes; undefined when it is none. */
export function readBoolean(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/** Whether PostgreSQL can hold the text as it is. */
export function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function readJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined // the value's own fault tells what is wanted
  }
}

function textOf(value: unknown, isValid: (text: string) => boolean): string | undefined {
  return typeof value === 'string' && isValid(value) ? value : undefined
}

function isBigint(text: string): boolean {
  if (!validatorOf(BIGINT).isValid(text)) return false
  const value = BigInt(text)
  return value >= MIN_BIGINT && value <= MAX_BIGINT
}

/** -0 as 0: they are equal, and are written alike. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value
}

/** JSON that jsonb holds as it is: numbers that a double can't tell apart may differ there. */
function isCleanJson(value: unknown, depth: number): value is Json {
  if (depth < 0) return false
  if (typeof value === 'string') return isCleanText(value)
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER
  if (typeof value !== 'object' || value === null)
    return value === null || typeof value === 'boolean'
  return Object.entries(value).every(
    ([name, member]) => isCleanText(name) && isCleanJson(member, depth - 1),
  )
}
