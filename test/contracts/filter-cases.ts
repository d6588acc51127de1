/** One table of filters, rows and what is selected, for everything that reads filters: memory and SQL. */

import {
  ALL,
  and,
  joinsOf,
  linked,
  NONE,
  not,
  or,
  UNKNOWN,
  type Comparison,
  type Filter,
  type Json,
} from '../../framework/filter/filter.ts'
import { everything, samples } from '../kit/sample-resources.ts'
import type { SampleRows } from '../kit/sample-rows.ts'
import { markRow, noteRow, placeRow, tagRow, thingRow } from '../kit/sample-rows.ts'

/** A filter over `everything`, and the titles of the rows of `FILTER_ROWS` that are selected or unknown. */
export interface FilterCase {
  readonly name: string
  readonly filter: Filter
  readonly selects: readonly string[]
  /** Neither selected by the filter nor by its `not`. */
  readonly unknown?: readonly string[]
  /** Memory can't tell: it leaves the rows that are not null to the database. */
  readonly isUntold?: boolean
}

const UUIDS = [
  '00000000-0000-0000-0000-000000000000',
  '9b38eb94-573f-43d6-a9e7-910757ce3f54',
  'ffffffff-ffff-4fff-bfff-ffffffffffff',
] as const

/** Rows named by what is in them. */
export const FILTER_ROWS: SampleRows = {
  tag: [tagRow('a', { description: 'First' }), tagRow('b'), tagRow('c')],
  place: [placeRow('de', 1, 'Ulm'), placeRow('de', 2, 'Köln'), placeRow('fr', 1, 'Ulm')],
  everything: [
    thingRow(1, 'null'),
    thingRow(2, 'low', {
      text: 'abc',
      uuid: UUIDS[0],
      int: -2_147_483_648,
      bigint: '-9223372036854775808',
      number: -1.5,
      decimal: '-1.50',
      boolean: false,
      timestamp: '0001-01-01T00:00:00.000Z',
      date: '0001-01-01',
      json: { a: 1, b: [1, 2] },
      local: 'a',
      tag_name: 'a',
      place_country: 'de',
      place_number: 1,
    }),
    thingRow(3, 'middle', {
      text: 'ABC',
      uuid: UUIDS[1],
      int: 0,
      bigint: '9007199254740992',
      number: 0,
      decimal: '0.0',
      boolean: true,
      timestamp: '2026-11-20T13:00:00.000Z',
      date: '2026-11-20',
      json: { b: [1, 2], a: 1 },
      local: 'B',
      tag_name: 'a',
      parent_id: thingRow(2, '').id,
      place_country: 'de',
      place_number: null,
    }),
    thingRow(4, 'high', {
      text: 'abd',
      uuid: UUIDS[2],
      int: 2_147_483_647,
      bigint: '9007199254740993',
      number: 1e300,
      decimal: '100000000000000000000.00000000000000000001',
      boolean: true,
      timestamp: '2026-11-20T13:00:00.001Z',
      date: '9999-12-31',
      json: { a: 1, b: [2, 1] },
      local: 'ä',
      tag_name: 'b',
      parent_id: thingRow(2, '').id,
      place_country: 'fr',
      place_number: 1,
    }),
    thingRow(5, 'empty', { text: '', decimal: '0', json: [], local: '' }),
    thingRow(6, 'percent', { text: '100% _sure_ \\ "it\'s"', decimal: '1.5', json: 'text' }),
    thingRow(7, 'emoji', { text: '😀', decimal: '1.50', json: 0, local: 'Z' }),
    thingRow(8, 'wave', { text: '～', decimal: '15', json: false }),
    thingRow(9, 'umlaut', { text: 'ÄÖÜ straße İI', json: { a: null } }),
    thingRow(10, 'combined', { text: 'A\u0308', json: {} }),
  ],
  note: [noteRow(1, 2, 'Note to Low', 5), noteRow(2, 4, 'note to high', 1)],
  mark: [markRow(2, 'a', 1), markRow(2, 'b', null), markRow(3, 'b', 7)],
}

const TEXTS = ['low', 'middle', 'high', 'empty', 'percent', 'emoji', 'wave', 'umlaut', 'combined']
const VALUED = ['low', 'middle', 'high']
const DECIMALS = ['low', 'middle', 'high', 'empty', 'percent', 'emoji', 'wave']
const LOCALS = ['low', 'middle', 'high', 'empty', 'emoji']
const ALL_ROWS = ['null', ...TEXTS]

const ask = (attribute: string, operator: Comparison, value: Json): Filter =>
  Object.freeze({ kind: 'compare', attribute, operator, value } as const)
const oneof = (attribute: string, ...values: readonly Json[]): Filter => ({
  kind: 'oneof',
  attribute,
  values,
})
const exists = (attribute: string): Filter => ({ kind: 'exists', attribute })
const query = (...words: readonly string[]): Filter => ({ kind: 'query', words })
const over = (link: string, filter: Filter): Filter =>
  linked(joinsOf(samples, everything, link), filter)

/** Rows whose attribute is null, given those whose attribute is not. */
const except = (rows: readonly string[]): readonly string[] =>
  ALL_ROWS.filter((row) => !rows.includes(row))

/** A comparison of an attribute that only `known` rows have. */
const compared = (
  known: readonly string[],
  [attribute, operator, value]: readonly [string, Comparison, Json],
  selects: readonly string[],
): FilterCase => ({
  name: `${attribute} ${operator} ${JSON.stringify(value)}`,
  filter: ask(attribute, operator, value),
  selects,
  unknown: except(known),
})

/** Every comparison that orders, of `values` in rising order, each held by the row of the same place in `rows`. */
const ordered = (
  attribute: string,
  rows: readonly string[],
  values: readonly Json[],
): readonly FilterCase[] =>
  values.flatMap((value, index) => [
    compared(rows, [attribute, 'eq', value], rows.slice(index, index + 1)),
    compared(rows, [attribute, 'ne', value], rows.toSpliced(index, 1)),
    compared(rows, [attribute, 'lt', value], rows.slice(0, index)),
    compared(rows, [attribute, 'lte', value], rows.slice(0, index + 1)),
    compared(rows, [attribute, 'gt', value], rows.slice(index + 1)),
    compared(rows, [attribute, 'gte', value], rows.slice(index)),
  ])

const texts = (operator: Comparison, value: string, ...selects: readonly string[]): FilterCase =>
  compared(TEXTS, ['text', operator, value], selects)

const whole = (name: string, filter: Filter, selects: readonly string[]): FilterCase => ({
  name,
  filter,
  selects,
})

const unknown: Filter = UNKNOWN
const isLow = ask('title', 'eq', 'low')

/** Every case. */
export const FILTER_CASES: readonly FilterCase[] = [
  whole('all', ALL, ALL_ROWS),
  whole('none', NONE, []),
  { name: 'unknown', filter: unknown, selects: [], unknown: ALL_ROWS },
  {
    name: 'a comparison with null',
    filter: ask('title', 'eq', null),
    selects: [],
    unknown: ALL_ROWS,
  },

  // The three truth values under and, or, not; written out, since `and` and `or` fold.
  {
    name: 'true and unknown',
    filter: { kind: 'and', filters: [isLow, unknown] },
    selects: [],
    unknown: ['low'],
  },
  {
    name: 'true or unknown',
    filter: { kind: 'or', filters: [isLow, unknown] },
    selects: ['low'],
    unknown: except(['low']),
  },
  { name: 'not unknown', filter: { kind: 'not', filter: unknown }, selects: [], unknown: ALL_ROWS },
  whole('an and of nothing', { kind: 'and', filters: [] }, ALL_ROWS),
  whole('an or of nothing', { kind: 'or', filters: [] }, []),
  whole('not not', { kind: 'not', filter: { kind: 'not', filter: isLow } }, ['low']),
  {
    name: 'null or true, null and false',
    filter: or(
      and(ask('int', 'eq', 0), isLow),
      not(or(ask('int', 'lt', 0), ask('title', 'ne', 'null'))),
    ),
    selects: [],
    unknown: ['null'],
  },

  ...ordered('uuid', VALUED, UUIDS),
  ...ordered('int', VALUED, [-2_147_483_648, 0, 2_147_483_647]),
  ...ordered('bigint', VALUED, ['-9223372036854775808', '9007199254740992', '9007199254740993']),
  ...ordered('number', VALUED, [-1.5, 0, 1e300]),
  ...ordered('timestamp', VALUED, [
    '0001-01-01T00:00:00.000Z',
    '2026-11-20T13:00:00.000Z',
    '2026-11-20T13:00:00.001Z',
  ]),
  ...ordered('date', VALUED, ['0001-01-01', '2026-11-20', '9999-12-31']),
  compared(VALUED, ['number', 'eq', -0], ['middle']),
  compared(VALUED, ['number', 'gt', 0.1], ['high']),
  compared(VALUED, ['boolean', 'eq', true], ['middle', 'high']),
  compared(VALUED, ['boolean', 'ne', true], ['low']),

  compared(DECIMALS, ['decimal', 'eq', '1.5'], ['percent', 'emoji']),
  compared(DECIMALS, ['decimal', 'ne', '1.500'], ['low', 'middle', 'high', 'empty', 'wave']),
  compared(DECIMALS, ['decimal', 'eq', '-0.00'], ['middle', 'empty']),
  compared(DECIMALS, ['decimal', 'lt', '0'], ['low']),
  compared(DECIMALS, ['decimal', 'lt', '-1.5'], []),
  compared(DECIMALS, ['decimal', 'lte', '-1.5'], ['low']),
  compared(DECIMALS, ['decimal', 'gt', '-1.51'], DECIMALS),
  compared(DECIMALS, ['decimal', 'gt', '9'], ['high', 'wave']),
  compared(DECIMALS, ['decimal', 'gt', '100000000000000000000'], ['high']),
  compared(DECIMALS, ['decimal', 'gte', '100000000000000000000.000000000000000000010'], ['high']),
  compared(DECIMALS, ['decimal', 'gt', '100000000000000000000.00000000000000000001'], []),

  texts('eq', 'abc', 'low'),
  texts('eq', '', 'empty'),
  texts('eq', 'Ä'), // another spelling of what `combined` holds
  texts('ne', 'abc', ...TEXTS.slice(1)),
  texts('lt', 'abc', 'middle', 'empty', 'percent', 'combined'),
  texts('gt', 'abd', 'emoji', 'wave', 'umlaut'),
  texts('gt', '～', 'emoji'),
  texts('gte', '～', 'emoji', 'wave'),
  texts('lt', '😀', ...TEXTS.filter((row) => row !== 'emoji')),
  texts('contains', 'B', 'low', 'middle', 'high'),
  texts('contains', '', ...TEXTS),
  texts('contains', '%', 'percent'),
  texts('contains', '_', 'percent'),
  texts('contains', '\\', 'percent'),
  texts('contains', '\\ "', 'percent'),
  texts('contains', "'", 'percent'),
  texts('contains', '0%_'),
  texts('contains', 'ö'), // the case of A to Z alone is ignored
  texts('contains', 'Ö', 'umlaut'),
  texts('contains', 'STRA', 'umlaut'),
  texts('contains', 'STRASSE'),
  texts('contains', 'ii'), // 'İ' is no i
  texts('contains', 'a', 'low', 'middle', 'high', 'umlaut', 'combined'),
  texts('contains', '\u0308', 'combined'),
  texts('startswith', 'AB', 'low', 'middle', 'high'),
  texts('startswith', 'b'),
  texts('startswith', '1', 'percent'),
  texts('startswith', '%'),
  texts('endswith', 'C', 'low', 'middle'),
  texts('endswith', '"', 'percent'),
  texts('endswith', '_'),
  texts('endswith', '😀', 'emoji'),

  compared(LOCALS, ['local', 'eq', 'a'], ['low']),
  compared(LOCALS, ['local', 'ne', 'a'], ['middle', 'high', 'empty', 'emoji']),
  compared(LOCALS, ['local', 'contains', 'b'], ['middle']),
  compared(LOCALS, ['local', 'contains', 'Ä'], []),
  { ...compared(LOCALS, ['local', 'lt', 'B'], ['low', 'high', 'empty']), isUntold: true },
  { ...compared(LOCALS, ['local', 'gte', 'b'], ['middle', 'emoji']), isUntold: true },

  whole('exists', exists('text'), TEXTS),
  whole('not exists', not(exists('text')), ['null']),
  {
    name: 'oneof',
    filter: oneof('text', 'abc', '😀', 'none'),
    selects: ['low', 'emoji'],
    unknown: ['null'],
  },
  { name: 'oneof one', filter: oneof('int', 0), selects: ['middle'], unknown: except(VALUED) },
  {
    name: 'oneof with null',
    filter: oneof('title', 'low', null),
    selects: ['low'],
    unknown: except(['low']),
  },
  {
    name: 'oneof decimals',
    filter: oneof('decimal', '1.5', '0.0'),
    selects: ['middle', 'empty', 'percent', 'emoji'],
    unknown: except(DECIMALS),
  },
  {
    name: 'oneof bigints',
    filter: oneof('bigint', '9007199254740993'),
    selects: ['high'],
    unknown: except(VALUED),
  },
  {
    name: 'oneof booleans',
    filter: oneof('boolean', true, false),
    selects: VALUED,
    unknown: except(VALUED),
  },
  {
    name: 'oneof uuids',
    filter: oneof('uuid', ...UUIDS),
    selects: VALUED,
    unknown: except(VALUED),
  },
  {
    name: 'oneof times',
    filter: oneof('timestamp', '2026-11-20T13:00:00.000Z'),
    selects: ['middle'],
    unknown: except(VALUED),
  },
  {
    name: 'oneof dates',
    filter: oneof('date', '9999-12-31', '2026-01-01'),
    selects: ['high'],
    unknown: except(VALUED),
  },
  {
    name: 'oneof numbers',
    filter: oneof('number', 0, 1e300),
    selects: ['middle', 'high'],
    unknown: except(VALUED),
  },
  whole('oneof nothing', oneof('text'), []),

  ...jsonCases(),

  {
    name: 'query',
    filter: query('AB', 'c'),
    selects: ['low', 'middle'],
    unknown: except(['low', 'middle']),
  },
  {
    name: 'query in several attributes',
    filter: query('low', 'abc', 'a'),
    selects: ['low'],
    unknown: except(['low']),
  },
  whole('query of no words', query(), ALL_ROWS),

  whole('a link to one', over('tag', ask('name', 'eq', 'a')), ['low', 'middle']),
  whole('a link to any', over('tag', ALL), VALUED),
  whole('a link where nothing is selected', over('tag', NONE), []),
  whole('a link to what is unknown', over('tag', ask('description', 'ne', 'x')), ['low', 'middle']),
  whole('not over a link', over('tag', not(ask('name', 'eq', 'a'))), ['high']),
  whole('not a link', not(over('tag', ask('name', 'eq', 'a'))), except(['low', 'middle'])),
  whole('a composite key', over('place', ask('title', 'eq', 'Ulm')), ['low', 'high']),
  whole('half a composite key leads nowhere', over('place', ALL), ['low', 'high']),
  whole('itself', over('parent', isLow), ['middle', 'high']),
  whole('many', over('children', ask('title', 'eq', 'high')), ['low']),
  whole('many of many', over('children', over('tag', ask('name', 'eq', 'b'))), ['low']),
  whole('has one', over('note', ask('text', 'startswith', 'NOTE')), ['low', 'high']),
  whole('has one, by number', over('note', ask('stars', 'gt', 1)), ['low']),
  whole('many to many', over('marks', ask('name', 'eq', 'b')), ['low', 'middle']),
  whole('link and attribute', and(over('marks', ALL), ask('int', 'eq', 0)), ['middle']),
]

function jsonCases(): readonly FilterCase[] {
  const known = TEXTS
  const equal: readonly (readonly [Json, readonly string[]])[] = [
    [{ a: 1, b: [1, 2] }, ['low', 'middle']],
    [{ b: [2, 1], a: 1.0 }, ['high']],
    [{ a: 1 }, []],
    [{ a: 1, b: [1, 2], c: null }, []],
    [{ a: 1, b: [1] }, []],
    [[], ['empty']],
    [{}, ['combined']],
    ['text', ['percent']],
    [-0, ['emoji']],
    ['0', []],
    [false, ['wave']],
    [{ a: null }, ['umlaut']],
    [{ b: null }, []],
  ]
  return equal.flatMap(([value, selects]) => [
    compared(known, ['json', 'eq', value], selects),
    compared(
      known,
      ['json', 'ne', value],
      known.filter((row) => !selects.includes(row)),
    ),
  ])
}
