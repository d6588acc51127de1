/** Whom a row may concern is found by its values, and nobody whom it concerns is missed. */
import fc from 'fast-check'
import t from 'tap'
import { coverOf, createEqualityIndex, fixedBy } from '../../../framework/event/equality-index.ts'
import { and, not, or, type Filter, type Json } from '../../../framework/filter/filter.ts'
import { compileMatch } from '../../../framework/filter/match.ts'
import { cards } from '../../kit/cards.ts'

const card = cards.resource('card')
const eq = (attribute: string, value: Json): Filter => ({
  kind: 'compare',
  attribute,
  operator: 'eq',
  value,
})
const join = { target: 'keeper', on: [{ local: 'author', remote: 'person' }] }

t.test('a filter is covered by the fewest values that a row must have one of', (t) => {
  const cover = (filter: Filter): unknown =>
    coverOf(card, filter)?.map(({ attribute, value }) => `${attribute}=${JSON.stringify(value)}`)
  const ann = eq('author', 'ann')
  const oneof: Filter = { kind: 'oneof', attribute: 'text', values: ['a', 'b'] }
  t.same(cover(ann), ['author="ann"'])
  t.same(cover(oneof), ['text="a"', 'text="b"'])
  t.same(cover(and(oneof, ann)), ['author="ann"'])
  t.same(cover(or(oneof, ann)), ['text="a"', 'text="b"', 'author="ann"'])
  t.same(cover(and(or(ann, oneof), eq('id', 'c'))), ['id="c"'])
  t.same(cover({ kind: 'none' }), [])
  t.same(cover({ kind: 'unknown' }), [])
  const others: readonly Filter[] = [
    { kind: 'all' },
    not(ann),
    or(ann, { kind: 'exists', attribute: 'text' }),
    { ...ann, isBefore: true } as Filter,
    { kind: 'compare', attribute: 'text', operator: 'gt', value: 'a' },
    { kind: 'query', words: ['a'] },
    { kind: 'linked', join, filter: { kind: 'all' } },
    eq('seal', 'a secret, which the log does not tell'),
    { kind: 'oneof', attribute: 'text', values: Array.from({ length: 1001 }, String) },
  ]
  for (const filter of others)
    t.equal(cover(filter), undefined, JSON.stringify(filter).slice(0, 60))
  t.end()
})

t.test('what every row must have is known', (t) => {
  t.same(fixedBy(card, and(eq('author', 'ann'), eq('is_public', true))), {
    author: 'ann',
    is_public: true,
  })
  t.same(fixedBy(card, { kind: 'oneof', attribute: 'text', values: ['a'] }), { text: 'a' })
  t.same(fixedBy(card, { kind: 'oneof', attribute: 'text', values: ['a', 'b'] }), {})
  t.same(fixedBy(card, or(eq('author', 'ann'), eq('text', 'a'))), {})
  t.end()
})

t.test('each is found once, by the row before or after, until it is gone', (t) => {
  const index = createEqualityIndex<string>()
  const term = (attribute: string, value: Json) => ({ attribute, value })
  index.add([term('author', 'ann'), term('text', 'a')], 'ann or a')
  index.add([term('author', 'bob')], 'bob')
  index.add(undefined, 'always')
  index.add([], 'never')
  const find = (...rows: Parameters<typeof index.find>[0]): unknown => [...index.find(rows)].sort()
  t.same(find({ author: 'ann', text: 'a' }), ['always', 'ann or a'])
  t.same(find({ author: 'ann', text: 'b' }, { author: 'bob', text: 'b' }), [
    'always',
    'ann or a',
    'bob',
  ])
  t.same(find(undefined, { author: 'cyd', text: 'b' }), ['always'])
  t.same(find({ text: 'b' }), ['always', 'ann or a', 'bob'], 'its author may be anybody')
  index.delete([term('author', 'ann'), term('text', 'a')], 'ann or a')
  index.delete(undefined, 'always')
  index.delete([], 'never')
  t.same(find({ author: 'ann', text: 'a' }), [])
  t.same(find({ author: 'bob', text: 'a' }), ['bob'])
  t.end()
})

t.test('nobody whose filter selects a row is missed', (t) => {
  const value = fc.constantFrom<Json>('a', 'b', 'c')
  const name = fc.constantFrom('id', 'text', 'author', 'draft')
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4 },
      fc.record({ attribute: name, value }).map(({ attribute, value }) => eq(attribute, value)),
      fc
        .record({ attribute: name, values: fc.array(value, { maxLength: 3 }) })
        .map((one): Filter => ({ kind: 'oneof', ...one })),
      fc.array(tie('filter'), { maxLength: 3 }).map((some) => and<Filter>(...some)),
      fc.array(tie('filter'), { maxLength: 3 }).map((some) => or<Filter>(...some)),
      tie('filter').map((one) => not(one)),
    ),
  }))
  const row = fc.record({ id: value, text: value, author: value, draft: fc.option(value) })
  fc.assert(
    fc.property(filter, row, (asked, item) => {
      const index = createEqualityIndex<string>()
      index.add(coverOf(card, asked), 'asked')
      const isSelected = compileMatch(cards, card, asked)(item) === true
      const fixed = Object.entries(fixedBy(card, asked))
      return (
        !isSelected ||
        ([...index.find([item])].length === 1 &&
          fixed.every(([attribute, held]) => item[attribute as keyof typeof item] === held))
      )
    }),
    { numRuns: 500 },
  )
  t.end()
})
