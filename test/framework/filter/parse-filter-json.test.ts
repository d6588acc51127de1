/** Filters from JSON: the whole algebra, every fault with its pointer, and bounds. */

import t from 'tap'
import { where, type Expression, type RowOperands } from '../../../framework/filter/expression.ts'
import { ALL, NONE, type Filter } from '../../../framework/filter/filter.ts'
import { parseFilterJson } from '../../../framework/filter/parse-filter-json.ts'
import type { ParseScope } from '../../../framework/filter/parse-scope.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, samples } from '../../kit/sample-resources.ts'

const SCOPE: ParseScope = { registry: samples, resource: everything, pointer: '/filter' }
type Row = RowOperands<(typeof samples)['resources'], typeof everything>

const parse = (json: unknown, scope: Partial<ParseScope> = {}): Filter =>
  parseFilterJson(json, { ...SCOPE, ...scope })
const faults = (json: unknown, scope: Partial<ParseScope> = {}): readonly string[] =>
  faultsOf(() => parse(json, scope))
const asked = (ask: (row: Row) => Expression): Filter => where(samples, 'everything', ask)

t.test('each member is a condition, and they are and-ed', (t) => {
  const same: readonly (readonly [unknown, Filter])[] = [
    [{}, ALL],
    [{ none: true }, NONE],
    [{ text: { contains: 'hi' } }, asked((row) => row.text.contains('hi'))],
    [{ int: { gte: 1, lt: 5 } }, asked((row) => row.int.gte(1).and(row.int.lt(5)))],
    [
      { text: { eq: 'a' }, code: { exists: false } },
      asked((row) => row.text.eq('a').and(row.code.notExists())),
    ],
    [
      { or: [{ int: { eq: 1 } }, { text: { eq: 'a' }, int: { eq: 2 } }] },
      asked((row) => row.int.eq(1).or(row.text.eq('a').and(row.int.eq(2)))),
    ],
    [{ and: [{ int: { eq: 1 } }, {}] }, asked((row) => row.int.eq(1))],
    [{ and: [] }, ALL],
    [{ or: [] }, NONE],
    [{ not: { int: { oneof: [1, 2] } } }, asked((row) => row.int.oneof(1, 2).not())],
    [{ not: {} }, NONE],
    [{ query: 'two words' }, { kind: 'query', words: ['two', 'words'] }],
    [{ query: '' }, ALL],
    [{ tag: { name: { eq: 'a' } } }, asked((row) => row.tag.some((tag) => tag.name.eq('a')))],
    [
      { place: { title: { eq: 'Ulm' }, country: { eq: 'de' } } },
      asked((row) => row.place.some((place) => place.title.eq('Ulm').and(place.country.eq('de')))),
    ],
    [
      { children: { marks: { name: { eq: 'a' } } } },
      asked((row) => row.children.some((child) => child.marks.some((tag) => tag.name.eq('a')))),
    ],
    [
      { note: { not: { stars: { gt: 1 } } } },
      asked((row) => row.note.some((note) => note.stars.gt(1).not())),
    ],
  ]
  for (const [json, filter] of same) t.strictSame(parse(json), filter, JSON.stringify(json))
  t.end()
})

t.test('every fault is told with its place', (t) => {
  t.same(
    faults({
      unheard: { eq: 1 },
      secret: { eq: 'a' },
      child_count: { gt: 1 },
      text: { eq: 1, regex: 'a' },
      int: {},
      code: 'a',
      number: null,
      'a/b~c': 1,
      or: [{ int: { eq: '1' } }, 1],
      and: {},
      not: [],
      none: false,
      query: 1,
      tag: { unheard: { eq: 1 }, name: { eq: null } },
      parent: null,
    }),
    [
      '/filter/unheard is not known here',
      '/filter/secret is not known here',
      '/filter/child_count is not known here',
      '/filter/text/eq must be text of at most 4000 characters, without NUL and half surrogate pairs',
      '/filter/text/regex is no operator here: use eq, ne, oneof, exists, not_exists, lt, lte, gt, gte, contains, startswith, endswith',
      '/filter/int must be an object of operators, such as {"eq": …}',
      '/filter/code must be an object of operators, such as {"eq": …}',
      '/filter/number must be an object of operators, such as {"eq": …}',
      '/filter/a~1b~0c is not known here',
      '/filter/or/0/int/eq must be a whole number of 32 bits',
      '/filter/or/1 must be an object that holds filters',
      '/filter/and must be a list of filters',
      '/filter/not must be an object that holds filters',
      '/filter/none must be true',
      '/filter/query must be text of at most 200 characters',
      '/filter/tag/unheard is not known here',
      '/filter/tag/name/eq must not be null: nothing is equal to null, ask with exists',
      '/filter/parent must be an object that holds filters',
    ],
  )
  for (const json of [null, undefined, 1, 'a', [], true]) {
    t.same(faults(json), ['/filter must be an object that holds filters'])
  }
  t.end()
})

t.test('what objects inherit is not known', (t) => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const json: unknown = JSON.parse(`{"${name}":{"eq":1}}`)
    t.same(faults(json), [`/filter/${name} is not known here`])
  }
  t.same(faults(JSON.parse('{"text":{"__proto__":1}}')).length, 1)
  t.end()
})

t.test(
  'what the caller may not name is told like what does not exist, whatever stands with it',
  (t) => {
    const isKnown: ParseScope['isKnown'] = (resource, name) =>
      !(resource === everything ? ['int', 'tag'] : ['title']).includes(name)
    for (const [json, name] of [
      [{ int: { eq: 1 } }, 'int'],
      [{ int: { eq: 'wrong', regex: 1 } }, 'int'],
      [{ int: null }, 'int'],
      [{ tag: {} }, 'tag'],
      [{ tag: { unheard: 1 } }, 'tag'],
      [{ place: { title: { eq: 'a' } } }, 'place/title'],
    ] as const) {
      t.same(faults(json, { isKnown }), [`/filter/${name} is not known here`])
    }
    t.same(faults({ text: { eq: 'a' }, place: { country: { eq: 'de' } } }, { isKnown }), [])
    t.end()
  },
)

const nest = (depth: number, inner: unknown = {}): unknown =>
  depth === 0 ? inner : { not: nest(depth - 1, inner) }

t.test('filters nest eight deep and no deeper', (t) => {
  t.same(faults(nest(7)), [])
  t.same(faults(nest(8)), [`/filter${'/not'.repeat(8)} is nested deeper than 8`])
  t.same(faults({ and: [{ and: [{}] }] }, { maxDepth: 2 }), [
    '/filter/and/0/and/0 is nested deeper than 2',
  ])
  t.same(faults({ parent: { parent: {} } }, { maxDepth: 2 }), [
    '/filter/parent/parent is nested deeper than 2',
  ])
  t.end()
})

t.test('a filter has at most 64 parts, or as many as is said', (t) => {
  const conditions = (count: number): unknown => ({
    or: Array<unknown>(count).fill({ int: { eq: 1 } }),
  })
  t.same(faults(conditions(63)), [])
  t.same(faults(conditions(64)), ['/filter/or/63/int/eq is one part too many: at most 64'])
  t.same(faults({ and: Array<unknown>(64).fill({}) }).length, 1)
  t.same(faults({ parent: {}, not: {}, none: true, query: 'a' }, { maxNodes: 6 }), [])
  t.same(faults({ parent: {}, not: {}, none: true, query: 'a' }, { maxNodes: 5 }).length, 1)
  t.end()
})

t.test('hostile sizes are refused at once', (t) => {
  const wide = { or: Array<unknown>(100_000).fill({ unheard: 1 }) }
  const deep: unknown = JSON.parse('{"not":'.repeat(10_000) + '{}' + '}'.repeat(10_000))
  const many = { int: { oneof: Array<unknown>(100_000).fill('a') } }
  const names = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`a${index}`, 1]))
  for (const json of [wide, deep, many, names]) {
    const start = process.cpuUsage() // the clock also counts what else the machine does
    t.ok(faults(json).length > 0)
    t.ok(process.cpuUsage(start).user < 200_000)
  }
  t.end()
})

t.test('what is parsed is frozen', (t) => {
  const filter = parse({ or: [{ int: { oneof: [1] } }, { not: { tag: { name: { eq: 'a' } } } }] })
  const isFrozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen))
  t.ok(isFrozen(filter))
  t.end()
})
