/** One condition of a stranger: each operator, each fault. */

import t from 'tap'
import { and, NONE, type Filter } from '../../../framework/filter/filter.ts'
import { parseCondition, parseQuery } from '../../../framework/filter/parse-condition.ts'
import { openReading } from '../../../framework/filter/parse-scope.ts'
import { attributeOrThrow } from '../../../framework/resource/resource.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, samples } from '../../kit/sample-resources.ts'

const scope = { registry: samples, resource: everything, pointer: '' }

function parse(name: string, operator: string, value: unknown): Filter {
  const reading = openReading(scope)
  const attribute = attributeOrThrow(everything, name, 'test')
  const filter = parseCondition({ name, attribute, operator, value, pointer: '/x' }, reading)
  reading.finish()
  return filter
}

function query(text: unknown): Filter {
  const reading = openReading(scope)
  const filter = parseQuery(text, '?query', reading)
  reading.finish()
  return filter
}

t.test('each comparison becomes a term with a canonical value', (t) => {
  for (const operator of [
    'eq',
    'ne',
    'lt',
    'lte',
    'gt',
    'gte',
    'contains',
    'startswith',
    'endswith',
  ]) {
    t.strictSame(parse('text', operator, 'a'), {
      kind: 'compare',
      attribute: 'text',
      operator,
      value: 'a',
    })
  }
  t.match(parse('timestamp', 'gt', '2026-01-01T01:00:00+01:00'), {
    value: '2026-01-01T00:00:00.000Z',
  })
  t.match(parse('json', 'eq', { a: [1] }), { value: { a: [1] } })
  t.end()
})

t.test('exists and not_exists take true and false', (t) => {
  const exists = { kind: 'exists', attribute: 'int' } as const
  t.strictSame(parse('int', 'exists', true), exists)
  t.strictSame(parse('int', 'exists', false), { kind: 'not', filter: exists })
  t.strictSame(parse('int', 'not_exists', true), { kind: 'not', filter: exists })
  t.strictSame(parse('int', 'not_exists', false), exists)
  for (const value of ['true', 1, null, undefined]) {
    t.same(
      faultsOf(() => parse('int', 'exists', value)),
      ['/x must be true or false'],
    )
  }
  t.end()
})

t.test('oneof takes up to a thousand values, each checked', (t) => {
  t.strictSame(parse('int', 'oneof', [1, 2]), { kind: 'oneof', attribute: 'int', values: [1, 2] })
  t.strictSame(parse('int', 'oneof', []), { kind: 'oneof', attribute: 'int', values: [] })
  t.match(parse('int', 'oneof', Array(1000).fill(1)), { values: Array(1000).fill(1) })
  t.same(
    faultsOf(() => parse('int', 'oneof', Array(1001).fill(1))),
    ['/x must be a list of at most 1000 values'],
  )
  t.same(
    faultsOf(() => parse('int', 'oneof', 1)),
    ['/x must be a list of at most 1000 values'],
  )
  t.same(
    faultsOf(() => parse('int', 'oneof', [1, '2', null])),
    [
      '/x/1 must be a whole number of 32 bits',
      '/x/2 must not be null: nothing is equal to null, ask with exists',
    ],
  )
  t.end()
})

t.test(
  'operators that the attribute does not permit are refused, and those that it does are told',
  (t) => {
    t.same(
      faultsOf(() => parse('plain', 'ne', 'a')),
      ['/x is no operator here: use eq, exists'],
    )
    t.same(
      faultsOf(() => parse('json', 'lt', 1)),
      ['/x is no operator here: use eq, ne, exists, not_exists'],
    )
    for (const operator of ['', 'regex', 'constructor', '__proto__', 'EQ', 'in']) {
      t.equal(faultsOf(() => parse('text', operator, 'a')).length, 1, operator)
    }
    t.equal(faultsOf(() => parse('int', 'contains', 1)).length, 1)
    t.equal(faultsOf(() => parse('boolean', 'lt', true)).length, 1)
    t.end()
  },
)

t.test('values of the wrong type are refused with what is wanted', (t) => {
  t.same(
    faultsOf(() => parse('int', 'eq', '1')),
    ['/x must be a whole number of 32 bits'],
  )
  t.same(
    faultsOf(() => parse('date', 'eq', 'today')),
    ['/x must be a date such as 2026-11-20, of the years 0001 to 9999'],
  )
  t.same(
    faultsOf(() => parse('text', 'eq', null)),
    ['/x must not be null: nothing is equal to null, ask with exists'],
  )
  t.same(faultsOf(() => parse('text', 'contains', 'x'.repeat(4001))).length, 1)
  t.same(
    faultsOf(() => parse('choice', 'eq', 'no such choice')),
    [],
  )
  t.end()
})

t.test('a query is split into words at white space', (t) => {
  t.strictSame(query(' two\t words\n'), { kind: 'query', words: ['two', 'words'] })
  t.equal(query('  '), and())
  t.equal(query(''), and())
  t.strictSame(query('1 2 3 4 5 6 7 8 9 10'), {
    kind: 'query',
    words: '1 2 3 4 5 6 7 8 9 10'.split(' '),
  })
  t.same(
    faultsOf(() => query('1 2 3 4 5 6 7 8 9 10 11')),
    ['?query must be at most 10 words'],
  )
  t.same(
    faultsOf(() => query('x'.repeat(200))),
    [],
  )
  for (const text of ['x'.repeat(201), 'a\0', '\ud800', 1, null, undefined, ['a']]) {
    t.same(
      faultsOf(() => query(text)),
      ['?query must be text of at most 200 characters'],
    )
  }
  t.end()
})

t.test('each condition and each word counts', (t) => {
  const reading = openReading({ ...scope, maxNodes: 3 })
  parseQuery('two words', '?query', reading)
  const raw = { name: 'int', attribute: everything.attributes.int, pointer: '/x' }
  t.not(parseCondition({ ...raw, operator: 'eq', value: 1 }, reading), NONE)
  t.same(
    faultsOf(() => parseCondition({ ...raw, operator: 'eq', value: 1 }, reading)),
    ['/x is one part too many: at most 3'],
  )
  t.end()
})
