/** Compares rows as the server sorts them, without its declarations: by what values look like on the wire. */
import type { Row } from './result.ts'

type Values = Readonly<Record<string, unknown>>

/** How the values of one attribute compare, neither of them null: below zero when the first comes before the second. */
export type CompareValues = (one: never, other: never) => number

/** Attributes whose values do not compare as they look. */
export type Comparisons = Readonly<Record<string, CompareValues | undefined>>

/** How two rows of an order compare. */
export type CompareRows = (one: Row<Values>, other: Row<Values>) => number

/**
 * Compares by the terms of an order, then by the key in the last term's direction. Null and what is absent count as the largest
 * value; texts compare by code point, which is right for uuids, times and dates too.
 */
export function compareBy(order: readonly string[], comparisons: Comparisons = {}): CompareRows {
  const terms = order.map((term) => {
    const isDescending = term.startsWith('-')
    return { name: isDescending ? term.slice(1) : term, sign: isDescending ? -1 : 1 }
  })
  const lastSign = terms.at(-1)?.sign ?? 1
  return (one, other) => {
    for (const { name, sign } of terms) {
      const found = compareValues(one.item[name], other.item[name], comparisons[name])
      if (found !== 0) return sign * found
    }
    return lastSign * compareKeys(one, other, comparisons)
  }
}

function compareValues(
  one: unknown,
  other: unknown,
  compare: CompareValues = comparePlain,
): number {
  const [isNull, isOtherNull] = [one ?? null, other ?? null].map((value) => value === null)
  if (isNull || isOtherNull) return Number(isNull) - Number(isOtherNull)
  return compare(one as never, other as never) // who gave it knows the attribute
}

function comparePlain(one: unknown, other: unknown): number {
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other)
  const [a, b] = [one as number, other as number] // booleans too: false comes before true
  return a < b ? -1 : a > b ? 1 : 0
}

/** By code point: JavaScript's `<` compares UTF-16 units, and puts emoji before '～' (U+FF5E). */
function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index++) {
    const difference = rankOf(one.charCodeAt(index)) - rankOf(other.charCodeAt(index))
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** Surrogates stand for code points above all other units. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** Whole and decimal numbers written as text (`bigint`, `decimal`), of any length, exactly. */
export function byNumber(one: string, other: string): number {
  const [[whole = '', fraction = ''], [otherWhole = '', otherFraction = '']] = [
    one.split('.'),
    other.split('.'),
  ]
  const digits = Math.max(fraction.length, otherFraction.length)
  const a = BigInt(whole + fraction.padEnd(digits, '0'))
  const b = BigInt(otherWhole + otherFraction.padEnd(digits, '0'))
  return a < b ? -1 : a > b ? 1 : 0
}

/** A key of several attributes is the base64url of a JSON array; of one, the text of the value of some attribute. */
function compareKeys(one: Row<Values>, other: Row<Values>, comparisons: Comparisons): number {
  if (one.key === other.key) return 0
  const name = keyAttributeOf(one)
  if (name !== undefined && name === keyAttributeOf(other)) {
    return compareValues(one.item[name], other.item[name], comparisons[name])
  }
  const [values, others] = [partsOf(one.key), partsOf(other.key)]
  for (const [index, value] of values.entries()) {
    const found = compareValues(value, others[index])
    if (found !== 0) return found
  }
  return compareText(one.key, other.key)
}

function keyAttributeOf({ key, item }: Row<Values>): string | undefined {
  if (String(item['id']) === key) return 'id'
  return Object.keys(item).find((name) => String(item[name]) === key)
}

function partsOf(key: string): readonly unknown[] {
  try {
    // Bytes of UTF-8 compare as the code points that they stand for.
    const values: unknown = JSON.parse(atob(key.replaceAll('-', '+').replaceAll('_', '/')))
    return Array.isArray(values) ? values : []
  } catch {
    return [] // not of several attributes
  }
}
