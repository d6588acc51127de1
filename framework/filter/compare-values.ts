/** Compares values in wire form as PostgreSQL compares their columns. */
import type { ColumnType } from '../resource/column-type.ts'
import type { Json } from './filter.ts'

/** Below zero: the first comes before the second; above: after it. */
export type Compare = (one: Json, other: Json) => number

/**
 * How two values of such a column compare. Those of `json` have equality alone: where they differ they compare as 1. Values
 * must be canonical: uuids lower case, times in UTC with milliseconds.
 */
export function compareOf(column: ColumnType): Compare {
  return COMPARE[column]
}

/** Whether `===` tells that two values of such a column are equal. */
export function isEqualWhenSame(column: ColumnType): boolean {
  return column !== 'decimal' && column !== 'json'
}

/** By code point, as `COLLATE "C"`: JavaScript's `<` puts emoji before '～' (U+FF5E), because it compares UTF-16 units. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index++) {
    const [unit, otherUnit] = [one.charCodeAt(index), other.charCodeAt(index)]
    if (unit !== otherUnit) {
      return unit >= FIRST_SURROGATE && otherUnit >= FIRST_SURROGATE
        ? rankOf(unit) - rankOf(otherUnit)
        : unit - otherUnit
    }
  }
  return one.length - other.length
}

const FIRST_SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000

/** Swaps the surrogates, which stand for code points above U+FFFF, with the units that follow them. */
function rankOf(unit: number): number {
  return unit >= AFTER_SURROGATES
    ? unit - (AFTER_SURROGATES - FIRST_SURROGATE)
    : unit + (0x10000 - AFTER_SURROGATES)
}

/** A to Z in lower case and nothing else, as `lower(x COLLATE "C")`. */
export function foldCase(text: string): string {
  return CAPITALS.test(text) ? text.replace(ALL_CAPITALS, (found) => found.toLowerCase()) : text
}

const CAPITALS = /[A-Z]/
const ALL_CAPITALS = /[A-Z]+/g

/** Decimals of any length, exactly: 1.0 is 1.00, -0 is 0. */
export function compareDecimals(one: string, other: string): number {
  if (one === other) return 0
  const [a, b] = [digitsOf(one), digitsOf(other)]
  if (a.sign !== b.sign) return a.sign - b.sign
  const size =
    a.whole.length - b.whole.length ||
    comparePlain(a.whole, b.whole) ||
    comparePlain(a.fraction, b.fraction)
  return a.sign * size
}

interface Digits {
  readonly sign: -1 | 0 | 1
  readonly whole: string
  /** Without the zeros at its end. */
  readonly fraction: string
}

function digitsOf(text: string): Digits {
  const isNegative = text.startsWith('-')
  const [whole = '', tail = ''] = (isNegative ? text.slice(1) : text).split('.')
  let end = tail.length
  while (tail[end - 1] === '0') end--
  const fraction = tail.slice(0, end)
  const isZero = whole === '0' && fraction === ''
  return { sign: isZero ? 0 : isNegative ? -1 : 1, whole, fraction }
}

/** As jsonb does: the order of names does not matter, 1 is 1.0 and -0 is 0. */
export function isSameJson(one: Json, other: Json): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false
  }
  if (isList(one) || isList(other)) {
    if (!isList(one) || !isList(other) || one.length !== other.length) return false
    return one.every((value, index) => isSameJson(value, other[index] ?? null))
  }
  const [entries, otherCount] = [Object.entries(one), Object.keys(other).length]
  return (
    entries.length === otherCount &&
    entries.every(
      ([name, value]) => Object.hasOwn(other, name) && isSameJson(value, other[name] ?? null),
    )
  )
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function comparePlain(one: Json, other: Json): number {
  const [a, b] = [one as string | number, other as string | number] // booleans too: false comes before true
  return a < b ? -1 : a > b ? 1 : 0
}

const compareStrings =
  (compare: (one: string, other: string) => number): Compare =>
  (one, other) =>
    compare(one as string, other as string) // the wire form of such a column is a string

const COMPARE: Readonly<Record<ColumnType, Compare>> = Object.freeze({
  text: compareStrings(compareText),
  uuid: comparePlain,
  int: comparePlain,
  bigint: compareStrings(compareDecimals),
  number: comparePlain,
  decimal: compareStrings(compareDecimals),
  boolean: comparePlain,
  timestamp: comparePlain,
  date: comparePlain,
  json: (one, other) => (isSameJson(one, other) ? 0 : 1),
})
