/** Values of strangers, per column: what is taken, how it is written then, and what is refused. */

import t from 'tap'
import {
  EXPECTED_VALUE,
  isCleanText,
  parseValue,
  readBoolean,
  readParameter,
} from '../../../framework/filter/parse-value.ts'
import type { ColumnType } from '../../../framework/resource/column-type.ts'

const UUID = '9b38eb94-573f-43d6-a9e7-910757ce3f54'
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

const TAKEN: Readonly<Record<ColumnType, readonly unknown[]>> = {
  text: ['', 'a', '😀', '%_\\', 'x'.repeat(4000)],
  uuid: [UUID, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  int: [0, -2_147_483_648, 2_147_483_647],
  bigint: ['0', '-1', '9223372036854775807', '-9223372036854775808'],
  number: [0, -1.5, 1e300, 5e-324, Number.MAX_VALUE],
  decimal: ['0', '-0', '1.50', `${'9'.repeat(128)}.${'9'.repeat(127)}`],
  boolean: [true, false],
  timestamp: ['2026-11-20T13:00:00.000Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  date: ['2026-11-20', '0001-01-01', '9999-12-31', '2024-02-29'],
  json: [{}, [], 0, '', false, { a: [null, { b: 1.5 }] }, 9_007_199_254_740_991, nested(32)],
}

const ODD = [undefined, null, Symbol.iterator, () => 1, 1n, NaN, Infinity]

const REFUSED: Readonly<Record<ColumnType, readonly unknown[]>> = {
  text: [...ODD, 1, true, [], {}, ['a'], 'a\0', '\ud800', 'a\udc00b', 'x'.repeat(4001)],
  uuid: [...ODD, 1, '', 'x', UUID.toUpperCase(), `urn:uuid:${UUID}`, `{${UUID}}`, `${UUID}\n`, UUID.replaceAll('-', '')],
  int: [...ODD, '1', true, [1], 1.5, -2_147_483_649, 2_147_483_648],
  bigint: [...ODD, 1, '', '-0', '01', '+1', '1.0', '1e3', '9223372036854775808', '-9223372036854775809', ' 1'],
  number: [...ODD, '1', true, [], -Infinity],
  decimal: [...ODD, 1, '', '1.', '.5', '+1', '1e5', 'NaN', 'Infinity', '01', '1,5', '9'.repeat(129)],
  boolean: [...ODD, 'true', 0, 1, ''],
  timestamp: [...ODD, 0, '', 'now', 'infinity', 'tomorrow', 'epoch', '2026-11-20', '2026-02-29T00:00:00Z',
    '2026-11-20T24:00:00Z', '2026-11-20T23:59:60Z', '2026-11-20T13:00:00', '2026-11-20 13:00:00Z',
    '2026-11-20t13:00:00z', '2026-11-20T13:00:00.0001Z', '0000-01-01T00:00:00Z', '10000-01-01T00:00:00Z',
    '0001-01-01T00:30:00+01:00', '9999-12-31T23:30:00-01:00', '2026-13-01T00:00:00Z'],
  date: [...ODD, '', 'today', '2026-02-29', '0000-01-01', '2026-1-1', '20260101', '2026-11-20T00:00:00.000Z'],
  json: [...ODD.filter((value) => value !== null), '\0', { a: '\ud800' }, { 'a\0': 1 }, 9_007_199_254_740_992, [1e300],
    nested(33), ['x'.repeat(4000)]],
} // prettier-ignore

for (const [column, values] of Object.entries(TAKEN)) {
  t.test(`${column} values are taken as they are`, (t) => {
    for (const value of values) t.strictSame(parseValue(column as ColumnType, value), value)
    t.end()
  })
}

for (const [column, values] of Object.entries(REFUSED)) {
  t.test(`what is no ${column} is refused`, (t) => {
    for (const value of values)
      t.equal(parseValue(column as ColumnType, value), undefined, String(value))
    t.match(EXPECTED_VALUE[column as ColumnType], /^must be /)
    t.end()
  })
}

t.test('times are turned to UTC with milliseconds, and keep years before 100', (t) => {
  const times = [
    ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00-00:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.500Z'],
    ['0099-12-31T23:30:00-01:00', '0100-01-01T00:30:00.000Z'],
    ['0050-06-01T12:00:00Z', '0050-06-01T12:00:00.000Z'],
    ['0001-01-01T01:00:00+01:00', '0001-01-01T00:00:00.000Z'],
  ] as const
  for (const [text, canonical] of times) t.equal(parseValue('timestamp', text), canonical, text)
  t.end()
})

t.test('-0 is 0', (t) => {
  t.ok(Object.is(parseValue('int', -0), 0))
  t.ok(Object.is(parseValue('number', -0), 0))
  t.end()
})

t.test('the text of a parameter becomes the value that it writes', (t) => {
  const read: readonly (readonly [ColumnType, string, unknown])[] = [
    ['text', '1', '1'],
    ['text', 'null', 'null'],
    ['uuid', UUID, UUID],
    ['bigint', '1', '1'],
    ['decimal', '1.0', '1.0'],
    ['timestamp', 'now', 'now'],
    ['date', '2026-11-20', '2026-11-20'],
    ['int', '-10', -10],
    ['number', '-1.5e3', -1500],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['json', '{"a":[1]}', { a: [1] }],
    ['json', '"text"', 'text'],
  ]
  for (const [column, text, value] of read) t.strictSame(readParameter(column, text), value)
  const unread: readonly (readonly [ColumnType, readonly string[]])[] = [
    ['int', ['', ' 1', '1 ', '+1', '01', '0x1', '1e3', '1.0', '-0', '١', 'NaN']],
    ['number', ['', '.5', '1.', '+1', '01', 'NaN', 'Infinity', '0x1', '1_0']],
    ['boolean', ['', 'TRUE', '1', '0', 'yes', 'null']],
    ['json', ['', 'text', '{', '{"__proto__":1}', '{"a":1,"a":2}', '9007199254740993']],
  ]
  for (const [column, texts] of unread) {
    for (const text of texts) t.equal(readParameter(column, text), undefined, `${column} ${text}`)
  }
  t.equal(parseValue('number', readParameter('number', '1e999')), undefined)
  t.equal(readBoolean('true'), true)
  t.equal(readBoolean('false'), false)
  t.equal(readBoolean(' true'), undefined)
  t.end()
})

t.test('clean text has no NUL and whole surrogate pairs', (t) => {
  t.ok(isCleanText('a😀\u0001'))
  t.notOk(isCleanText('a\0'))
  t.notOk(isCleanText('\udc00\ud800'))
  t.end()
})
