/** Which columns take which operators. */

import t from 'tap'
import { OPERATORS, OPERATORS_OF_COLUMN } from '../../../framework/resource/operator.ts'

const EQUALITY = ['eq', 'ne', 'oneof', 'exists', 'not_exists']
const ORDER = ['lt', 'lte', 'gt', 'gte']
const TEXT = ['contains', 'startswith', 'endswith']

t.test('each column takes what its values can answer', (t) => {
  t.strictSame(OPERATORS_OF_COLUMN.text, [...EQUALITY, ...ORDER, ...TEXT])
  for (const column of [
    'uuid',
    'int',
    'bigint',
    'number',
    'decimal',
    'timestamp',
    'date',
  ] as const) {
    t.strictSame(OPERATORS_OF_COLUMN[column], [...EQUALITY, ...ORDER], column)
  }
  t.strictSame(OPERATORS_OF_COLUMN.boolean, EQUALITY)
  t.strictSame(OPERATORS_OF_COLUMN.json, ['eq', 'ne', 'exists', 'not_exists'])
  t.end()
})

t.test('every operator is listed once', (t) => {
  t.strictSame(OPERATORS, [...EQUALITY, ...ORDER, ...TEXT])
  t.end()
})
