/** Reads one condition of a stranger's filter: an attribute, an operator and a value; or the words of a query. */
import type { Attribute } from '../resource/attribute.ts'
import type { Operator } from '../resource/operator.ts'
import { and, NONE, not, type Filter, type Json } from './filter.ts'
import { EXPECTED_VALUE, isCleanText, parseValue } from './parse-value.ts'
import type { Reading } from './parse-scope.ts'

/** Most values of `oneof`. */
const MAX_VALUES = 1000
const MAX_QUERY_LENGTH = 200
const MAX_WORDS = 10

/** One condition as it was sent. */
export interface RawCondition {
  readonly name: string
  readonly attribute: Attribute
  readonly operator: string
  readonly value: unknown
  readonly pointer: string
}

/** The operator, when the attribute permits it; undefined, and a fault, when not. */
function parseOperator(raw: RawCondition, reading: Reading): Operator | undefined {
  const { operators } = raw.attribute
  const found = operators.find((operator) => operator === raw.operator)
  if (found === undefined)
    reading.fault(raw.pointer, `is no operator here: use ${operators.join(', ')}`)
  return found
}

/** The filter of one condition, and faults for what is wrong with it. */
export function parseCondition(raw: RawCondition, reading: Reading): Filter {
  const operator = parseOperator(raw, reading)
  reading.count(raw.pointer)
  switch (operator) {
    case undefined:
      return NONE
    case 'exists':
    case 'not_exists':
      return parseExists(raw, operator === 'exists', reading)
    case 'oneof':
      return parseOneof(raw, reading)
    default: {
      const { name: attribute } = raw
      const value = checkedValue(raw, reading)
      return Object.freeze({ kind: 'compare', attribute, operator, value } as const)
    }
  }
}

function parseExists(
  { name, value, pointer }: RawCondition,
  isAsked: boolean,
  reading: Reading,
): Filter {
  if (typeof value !== 'boolean') reading.fault(pointer, EXPECTED_VALUE.boolean)
  const exists: Filter = Object.freeze({ kind: 'exists', attribute: name })
  return value === isAsked ? exists : not(exists)
}

function parseOneof(raw: RawCondition, reading: Reading): Filter {
  const { name: attribute, value: list, pointer } = raw
  if (!Array.isArray(list) || list.length > MAX_VALUES) {
    reading.fault(pointer, `must be a list of at most ${MAX_VALUES} values`)
    return NONE
  }
  const values = list.map((value: unknown, index) =>
    checkedValue({ ...raw, value, pointer: `${pointer}/${index}` }, reading),
  )
  return Object.freeze({ kind: 'oneof', attribute, values: Object.freeze(values) })
}

function checkedValue({ attribute, value, pointer }: RawCondition, reading: Reading): Json {
  if (value === null) {
    reading.fault(pointer, 'must not be null: nothing is equal to null, ask with exists')
    return null
  }
  const parsed = parseValue(attribute.column, value)
  if (parsed === undefined) reading.fault(pointer, EXPECTED_VALUE[attribute.column])
  return parsed ?? null
}

/** The filter of the words of a query; blank text asks for nothing and selects every row. */
export function parseQuery(text: unknown, pointer: string, reading: Reading): Filter {
  if (typeof text !== 'string' || text.length > MAX_QUERY_LENGTH || !isCleanText(text)) {
    reading.fault(pointer, `must be text of at most ${MAX_QUERY_LENGTH} characters`)
    return NONE
  }
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length > MAX_WORDS) reading.fault(pointer, `must be at most ${MAX_WORDS} words`)
  words.forEach(() => reading.count(pointer))
  return words.length === 0 ? and() : Object.freeze({ kind: 'query', words: Object.freeze(words) })
}
