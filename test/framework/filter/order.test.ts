/** Orders of strangers, the key that completes them, and places in them. */

import t from 'tap'
import { fullOrder, isPosition, parseOrder, type Order } from '../../../framework/filter/order.ts'
import type { Knowledge } from '../../../framework/filter/parse-scope.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, place } from '../../kit/sample-resources.ts'

const up = (attribute: string) => ({ attribute, isDescending: false })
const down = (attribute: string) => ({ attribute, isDescending: true })

const parse = (text: string, knowledge: Knowledge = {}): Order =>
  parseOrder(text, { resource: everything, pointer: '?search_order', ...knowledge })
const faults = (text: string, knowledge: Knowledge = {}): readonly string[] =>
  faultsOf(() => parse(text, knowledge))

t.test('an order is a list of names, those with a minus falling', (t) => {
  t.strictSame(parse('text'), [up('text')])
  t.strictSame(parse('-created_at,text,-id'), [down('created_at'), up('text'), down('id')])
  t.end()
})

t.test('what is no order is refused', (t) => {
  const unknown = (name: string): string => `?search_order names '${name}', which is not known here`
  t.same(faults(''), [unknown('')])
  t.same(faults('text,,int'), [unknown('')])
  t.same(faults('--text'), [unknown('-text')])
  t.same(faults('unheard,secret'), [unknown('unheard'), unknown('secret')])
  t.same(faults(' text'), [unknown(' text')])
  t.same(faults('constructor'), [unknown('constructor')])
  t.same(faults('id; drop table everything'), [unknown('id; drop table everything')])
  t.same(faults('x'.repeat(1000)), [unknown('x'.repeat(40))])
  t.same(faults('json,plain'), [
    "?search_order can't be by 'json'",
    "?search_order can't be by 'plain'",
  ])
  t.same(faults('text,-text'), ["?search_order names 'text' twice"])
  t.same(faults('text,int,id,code,uuid,date,title,once'), [])
  t.same(faults('text,int,id,code,uuid,date,title,once,x'), [
    '?search_order must be at most 8 names',
  ])
  t.same(faults('text,'.repeat(100_000)), ['?search_order must be at most 8 names'])
  t.same(faults('text', { isKnown: () => false }), [unknown('text')])
  t.end()
})

t.test('the key completes an order in the direction of its last term', (t) => {
  t.strictSame(fullOrder(everything), [up('id')])
  t.strictSame(fullOrder(everything, []), [up('id')])
  t.strictSame(fullOrder(everything, [up('text'), down('int')]), [
    up('text'),
    down('int'),
    down('id'),
  ])
  t.strictSame(fullOrder(everything, [down('id'), up('int')]), [down('id'), up('int')])
  t.strictSame(fullOrder(place, [down('title')]), [down('title'), down('country'), down('number')])
  t.strictSame(fullOrder(place, [down('number')]), [down('number'), down('country')])
  t.end()
})

t.test('values that can not be a position are told', (t) => {
  const order = fullOrder(everything, [up('int'), up('text'), up('timestamp'), up('title')])
  const id = '9b38eb94-573f-43d6-a9e7-910757ce3f54'
  const time = '2026-01-01T00:00:00.000Z'
  t.ok(isPosition(everything, order, [1, 'a', time, 'b', id]))
  t.ok(isPosition(everything, order, [null, 'x'.repeat(5000), null, 'b', id]))
  for (const values of [
    undefined,
    null,
    {},
    [],
    [1, 'a', time, 'b'],
    [1, 'a', time, 'b', id, 1],
    ['1', 'a', time, 'b', id],
    [1.5, 'a', time, 'b', id],
    [1, 2, time, 'b', id],
    [1, 'a', '2026-01-01T00:00:00Z', 'b', id],
    [1, 'a', time, null, id],
    [1, 'a', time, 'b', null],
    [1, 'a', time, 'b', 'x'],
  ]) {
    t.notOk(isPosition(everything, order, values), JSON.stringify(values))
  }
  t.notOk(isPosition(everything, [up('unheard')], ['a']))
  t.end()
})
