/** The operators that compare an attribute with a value, and which kinds of column take which. */
import type { ColumnType } from './column-type.ts'

/** An operator of one attribute, as it stands in `attribute__operator=value` and in JSON filters. */
export type Operator =
  | 'eq'
  | 'ne'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'oneof'
  | 'exists'
  | 'not_exists'
  | 'contains'
  | 'startswith'
  | 'endswith'

const EQUALITY = ['eq', 'ne', 'oneof', 'exists', 'not_exists'] as const
const ORDER = ['lt', 'lte', 'gt', 'gte'] as const
const TEXT = ['contains', 'startswith', 'endswith'] as const

/** What each column type permits unless the attribute says less. JSON has no order and no list form. */
export const OPERATORS_OF_COLUMN: Readonly<Record<ColumnType, readonly Operator[]>> = Object.freeze(
  {
    text: [...EQUALITY, ...ORDER, ...TEXT],
    uuid: [...EQUALITY, ...ORDER],
    int: [...EQUALITY, ...ORDER],
    bigint: [...EQUALITY, ...ORDER],
    number: [...EQUALITY, ...ORDER],
    decimal: [...EQUALITY, ...ORDER],
    boolean: EQUALITY,
    timestamp: [...EQUALITY, ...ORDER],
    date: [...EQUALITY, ...ORDER],
    json: ['eq', 'ne', 'exists', 'not_exists'],
  },
)

/** Every operator, in the order of the documents. */
export const OPERATORS: readonly Operator[] = Object.freeze([...EQUALITY, ...ORDER, ...TEXT])
