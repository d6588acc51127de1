/** What is left of a filter without its values. */

import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { joinsOf, linked, not, or, type Filter } from '../../../framework/filter/filter.ts'
import { SlotMaker } from '../../../framework/postgres/slot-filter.ts'
import { ask } from '../../contracts/store.ts'
import { everything, samples } from '../../kit/sample-resources.ts'

const take = (filter: Filter, owner: 'call' | 'access' = 'call') => {
  const maker = new SlotMaker(samples, owner)
  const slotted = maker.filter(everything, filter)
  return { shape: maker.shape, values: maker.values, slotted }
}
const over = (link: string, filter: Filter) => linked(joinsOf(samples, everything, link), filter)

t.test('values come out in order, encoded for their columns', async (t) => {
  const filter = or<Filter>(
    ask('int', 'gt', 7), not(ask('json', 'eq', 'x')), { kind: 'oneof', attribute: 'title', values: ['a', 'b"'] },
    over('tag', ask('name', 'contains', 'N%')),
  ) // prettier-ignore
  const { values, slotted } = take(filter)
  t.same(values, ['7', '"x"', '{"a","b\\""}', '%n\\%%'])
  t.match(slotted, {
    kind: 'or',
    filters: [
      { value: { slot: 0 } },
      { filter: { value: { slot: 1 } } },
      { values: [{ slot: 2 }] },
    ],
  })
  t.notMatch(JSON.stringify(slotted), /"x"|N%/)
  t.match(take(ask('int', 'gt', 7), 'access').slotted, { value: { slot: -1 } })
})

t.test('a shape forgets values and nothing else', async (t) => {
  const same: readonly (readonly [Filter, Filter])[] = [
    [ask('int', 'gt', 7), ask('int', 'gt', 8)],
    [ask('text', 'eq', 'a'), ask('text', 'eq', null)],
    [
      { kind: 'oneof', attribute: 'int', values: [] },
      { kind: 'oneof', attribute: 'int', values: [1, 2, 3] },
    ],
  ]
  for (const [one, other] of same) t.equal(take(one).shape, take(other).shape)
  const [a, b] = [ask('int', 'gt', 7), ask('int', 'lt', 7)]
  const before: Filter = {
    kind: 'compare',
    attribute: 'int',
    operator: 'gt',
    value: 7,
    isBefore: true,
  }
  const shapes = [
    a, b, before, not(a), { kind: 'and', filters: [a, b] }, { kind: 'or', filters: [a, b] }, { kind: 'or', filters: [b, a] },
    { kind: 'and', filters: [a, { kind: 'and', filters: [b] }] }, { kind: 'and', filters: [{ kind: 'and', filters: [a] }, b] },
    { kind: 'and', filters: [] }, { kind: 'exists', attribute: 'int' }, { kind: 'exists', attribute: 'int', isBefore: true },
    { kind: 'oneof', attribute: 'int', values: [] }, { kind: 'all' }, { kind: 'none' }, { kind: 'unknown' },
    over('tag', { kind: 'all' }), over('parent', { kind: 'all' }), over('children', { kind: 'all' }), over('place', { kind: 'all' }),
    { kind: 'query', words: ['a', 'b'] },
  ] as const // prettier-ignore
  t.equal(new Set(shapes.map((filter) => take(filter).shape)).size, shapes.length)
  t.equal(take({ kind: 'query', words: ['a'] }).shape, take({ kind: 'query', words: ['b'] }).shape)
})

t.test('an unknown attribute is refused', async (t) => {
  for (const name of ['nope', 'constructor', '__proto__']) {
    t.throws(() => take(ask(name, 'eq', 1)), InvalidError)
    t.throws(() => take({ kind: 'exists', attribute: name }), InvalidError)
    t.throws(() => take({ kind: 'oneof', attribute: name, values: [] }), InvalidError)
  }
})
