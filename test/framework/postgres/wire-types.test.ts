/** The table of wire forms, beyond what the contract of a database asks of a real one. */

import t from 'tap'

import { cellParser } from '../../../framework/postgres/wire-types.ts'

const TIMESTAMPTZ = cellParser(1184)
const TEXTS = cellParser(1009)

t.test('a time has T, three digits and Z', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['2026-11-20 13:00:00+00', '2026-11-20T13:00:00.000Z'],
    ['2026-11-20 13:00:00.1+00', '2026-11-20T13:00:00.100Z'],
    ['2026-11-20 13:00:00.12+00', '2026-11-20T13:00:00.120Z'],
    ['2026-11-20 13:00:00.123+00', '2026-11-20T13:00:00.123Z'],
    ['2026-11-20 13:00:00.999999+00', '2026-11-20T13:00:00.999Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ]
  for (const [text, expected] of cases) t.equal(TIMESTAMPTZ(text), expected)
})

t.test('a time beyond years 1 to 9999 stays as PostgreSQL writes it', async (t) => {
  const texts = [
    'infinity',
    '-infinity',
    '10000-01-01 00:00:00+00',
    '10000-01-01 00:00:00.5+00',
    '0044-03-15 00:00:00+00 BC',
    '0044-03-15 00:00:00.25+00 BC',
  ]
  for (const text of texts) t.equal(TIMESTAMPTZ(text), text)
})

t.test('an array of texts is an array, unless it is one of a stranger kind', async (t) => {
  t.strictSame(TEXTS('{}'), [])
  t.strictSame(TEXTS('{a,NULL,"NULL","","a\\\\b\\"c","x,{y}",ä b}'), [
    'a',
    null,
    'NULL',
    '',
    'a\\b"c',
    'x,{y}',
    'ä b',
  ])
  t.strictSame(TEXTS('{"{x}"}'), ['{x}'])
  t.strictSame(TEXTS('{"line\nbreak"}'), ['line\nbreak'])
  for (const text of ['{{a,b},{c,d}}', '[0:1]={a,b}']) t.equal(TEXTS(text), text)
})

t.test('an unknown type stays text', async (t) => {
  t.equal(cellParser(999_999)('(1,2)'), '(1,2)')
})
