/** Filters from the parameters of a URL. */

import t from 'tap'
import { where, type Expression, type RowOperands } from '../../../framework/filter/expression.ts'
import { ALL, and, NONE, type Filter } from '../../../framework/filter/filter.ts'
import { parseFilterParameters } from '../../../framework/filter/parse-filter-parameters.ts'
import type { ParseScope } from '../../../framework/filter/parse-scope.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, samples } from '../../kit/sample-resources.ts'

type Row = RowOperands<(typeof samples)['resources'], typeof everything>

const parse = (text: string, options: Partial<ParseScope> = {}): Filter =>
  parseFilterParameters(new URLSearchParams(text), {
    registry: samples,
    resource: everything,
    ...options,
  })
const faults = (text: string, options: Partial<ParseScope> = {}): readonly string[] =>
  faultsOf(() => parse(text, options))
const asked = (ask: (row: Row) => Expression): Filter => where(samples, 'everything', ask)

t.test('each parameter is a condition', (t) => {
  const same: readonly (readonly [string, Filter])[] = [
    ['', ALL],
    ['text__contains=a%25', asked((row) => row.text.contains('a%'))],
    ['text__eq=', asked((row) => row.text.eq(''))],
    ['int__gte=-1', asked((row) => row.int.gte(-1))],
    ['number__lt=1.5', asked((row) => row.number.lt(1.5))],
    ['boolean__eq=true', asked((row) => row.boolean.eq(true))],
    ['bigint__eq=9007199254740993', asked((row) => row.bigint.eq('9007199254740993'))],
    [
      'timestamp__lt=2026-01-01T00:00:00Z',
      asked((row) => row.timestamp.lt('2026-01-01T00:00:00.000Z')),
    ],
    ['json__eq={"a":1}', asked((row) => row.json.eq({ a: 1 }))],
    ['int__oneof=1&int__oneof=2', asked((row) => row.int.oneof(1, 2))],
    ['int__oneof=1', asked((row) => row.int.oneof(1))],
    ['int__exists=true', asked((row) => row.int.exists())],
    ['int__exists=false', asked((row) => row.int.notExists())],
    ['place_number__not_exists=true', asked((row) => row.place_number.notExists())],
    ['int__gt=1&int__lt=5', asked((row) => row.int.gt(1).and(row.int.lt(5)))],
    ['query=two+words', { kind: 'query', words: ['two', 'words'] }],
    ['filter={"tag":{"name":{"eq":"a"}}}', asked((row) => row.tag.some((tag) => tag.name.eq('a')))],
    ['filter={}', ALL],
    ['filter={"none":true}', NONE],
  ]
  for (const [text, filter] of same) t.strictSame(parse(text), filter, text)
  t.end()
})

t.test('filter_mode joins the conditions; query and filter are and-ed to them', (t) => {
  const query: Filter = { kind: 'query', words: ['a'] }
  t.strictSame(
    parse('int__eq=1&filter_mode=or&filter={"int":{"eq":2}}&query=a'),
    and(
      asked((row) => row.int.eq(1)),
      asked((row) => row.int.eq(2)),
      query,
    ),
  )
  t.strictSame(
    parse('filter_mode=or&int__eq=1&int__oneof=2'),
    asked((row) => row.int.eq(1).or(row.int.oneof(2))),
  )
  t.strictSame(
    parse('int__eq=1&filter_mode=or&text__eq=a&query=a'),
    and(
      asked((row) => row.int.eq(1).or(row.text.eq('a'))),
      query,
    ),
  )
  t.strictSame(
    parse('int__eq=1&filter_mode=and&text__eq=a'),
    asked((row) => row.int.eq(1).and(row.text.eq('a'))),
  )
  t.equal(parse('filter_mode=or'), ALL)
  t.strictSame(parse('filter_mode=or&query=a'), query)
  t.end()
})

t.test('every fault is told with its parameter', (t) => {
  t.same(
    faults(
      'unheard__eq=1&secret__eq=a&text=a&text__=a&__eq=1&text__eq__eq=1&tag__name=a&a[]=1&constructor__eq=1&' +
        'int__eq=x&int__oneof=1&int__oneof=x&json__eq={&boolean__exists=1&plain__ne=a&filter_mode=xor',
    ),
    [
      '?unheard__eq is not known here',
      '?secret__eq is not known here',
      '?text is not known here',
      '?text__ is no operator here: use eq, ne, oneof, exists, not_exists, lt, lte, gt, gte, contains, startswith, endswith',
      '?__eq is not known here',
      '?text__eq__eq is not known here',
      '?tag__name is not known here',
      '?a[] is not known here',
      '?constructor__eq is not known here',
      '?int__eq must be a whole number of 32 bits',
      '?int__oneof/1 must be a whole number of 32 bits',
      '?json__eq must be JSON of at most 4000 characters, without numbers that lose digits',
      '?boolean__exists must be true or false',
      '?plain__ne is no operator here: use eq, exists',
      '?filter_mode must be and, or or',
    ],
  )
  t.end()
})

t.test('only oneof may stand more than once', (t) => {
  for (const text of [
    'int__eq=1&int__eq=2',
    'int__exists=true&int__exists=true',
    'query=a&query=b',
    'filter={}&filter={}',
    'filter_mode=or&filter_mode=or',
  ]) {
    t.same(faults(text), [`?${text.slice(0, text.indexOf('='))} may stand only once`], text)
  }
  t.end()
})

t.test('the JSON of filter is checked as in a body', (t) => {
  t.same(faults('filter={'), ['?filter is not valid JSON'])
  t.same(faults('filter='), ['?filter is not valid JSON'])
  t.same(faults('filter=1'), ['?filter must be an object that holds filters'])
  t.same(
    faults('filter={"text":{"eq":1}}&int__eq=x').map((fault) => fault.split(' ')[0]),
    ['?filter/text/eq', '?int__eq'],
  )
  t.same(faults('filter={"text":{"eq":"a"},"text":{"eq":"b"}}'), [
    '?filter/text stands twice in one object',
  ])
  t.same(faults('filter={"__proto__":{}}').length, 1)
  t.end()
})

t.test('what the caller may not name is told like what does not exist', (t) => {
  const isKnown: ParseScope['isKnown'] = (_, name) => name !== 'int'
  for (const text of [
    'int__eq=1',
    'int__eq=x',
    'int__regex=x',
    'int__exists=maybe',
    'int__eq=1&int__eq=2',
  ]) {
    t.same(faults(text, { isKnown }), [`?${text.slice(0, text.indexOf('='))} is not known here`])
  }
  t.end()
})

t.test('parameters and the JSON of filter share one bound', (t) => {
  const filter = JSON.stringify({ or: Array<unknown>(60).fill({ int: { eq: 1 } }) })
  t.same(faults(`filter=${filter}&int__eq=1&int__ne=1&int__lt=1`), [])
  t.same(faults(`filter=${filter}&int__eq=1&int__ne=1&int__lt=1&int__gt=1`), [
    '?int__gt is one part too many: at most 64',
  ])
  t.equal(faults('int__eq=1&int__ne=1', { maxNodes: 1 }).length, 1)
  t.equal(faults('filter={"not":{}}', { maxDepth: 1 }).length, 1)
  t.end()
})
