/** Filters as values: what folds, and where links lead. */

import t from 'tap'
import {
  ALL,
  and,
  joinsOf,
  linked,
  NONE,
  not,
  or,
  UNKNOWN,
  type Filter,
} from '../../../framework/filter/filter.ts'
import { everything, place, samples, tag } from '../../kit/sample-resources.ts'

const x: Filter = { kind: 'exists', attribute: 'x' }
const y: Filter = { kind: 'exists', attribute: 'y' }
const z: Filter = { kind: 'exists', attribute: 'z' }

t.test('and folds what is known at once', (t) => {
  t.equal(and(), ALL)
  t.equal(and<Filter>(x), x)
  t.equal(and<Filter>(ALL, x, ALL), x)
  t.equal(and<Filter>(x, NONE, UNKNOWN), NONE)
  t.strictSame(and<Filter>(x, UNKNOWN), { kind: 'and', filters: [x, UNKNOWN] })
  t.strictSame(and(and<Filter>(x, y), z), { kind: 'and', filters: [x, y, z] })
  t.strictSame(and(or<Filter>(x, y), z), {
    kind: 'and',
    filters: [{ kind: 'or', filters: [x, y] }, z],
  })
  t.end()
})

t.test('or folds what is known at once', (t) => {
  t.equal(or(), NONE)
  t.equal(or<Filter>(x), x)
  t.equal(or<Filter>(NONE, x, NONE), x)
  t.equal(or<Filter>(x, ALL, UNKNOWN), ALL)
  t.strictSame(or<Filter>(x, UNKNOWN), { kind: 'or', filters: [x, UNKNOWN] })
  t.strictSame(or(or<Filter>(x, y), z), { kind: 'or', filters: [x, y, z] })
  t.end()
})

t.test('not folds constants and itself', (t) => {
  t.equal(not<Filter>(ALL), NONE)
  t.equal(not<Filter>(NONE), ALL)
  t.equal(not<Filter>(UNKNOWN), UNKNOWN)
  t.equal(not(not(x)), x)
  t.strictSame(not(x), { kind: 'not', filter: x })
  t.end()
})

t.test('each kind of link joins by its keys', (t) => {
  const on = (...pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([local, remote]) => ({ local, remote }))
  t.strictSame(joinsOf(samples, everything, 'place'), [
    { target: 'place', on: on(['place_country', 'country'], ['place_number', 'number']) },
  ])
  t.strictSame(joinsOf(samples, place, 'things'), [
    { target: 'everything', on: on(['country', 'place_country'], ['number', 'place_number']) },
  ])
  for (const link of ['children', 'child_count']) {
    t.strictSame(joinsOf(samples, everything, link), [
      { target: 'everything', on: on(['id', 'parent_id']) },
    ])
  }
  t.strictSame(joinsOf(samples, everything, 'note'), [
    { target: 'note', on: on(['id', 'everything_id']) },
  ])
  t.strictSame(joinsOf(samples, tag, 'marked'), [
    { target: 'mark', on: on(['name', 'tag_name']) },
    { target: 'everything', on: on(['everything_id', 'id']) },
  ])
  t.strictSame(joinsOf(samples, everything, 'unheard'), [])
  t.end()
})

t.test('linked nests its joins, the first outermost', (t) => {
  const [first, second] = joinsOf(samples, tag, 'marked')
  t.strictSame(linked(joinsOf(samples, tag, 'marked'), x), {
    kind: 'linked',
    join: first,
    filter: { kind: 'linked', join: second, filter: x },
  })
  t.end()
})

t.test('what is combined is frozen', (t) => {
  const both = and<Filter>(x, y)
  t.ok(Object.isFrozen(both) && both.kind === 'and' && Object.isFrozen(both.filters))
  t.ok(Object.isFrozen(not(x)))
  t.ok(Object.isFrozen(linked(joinsOf(samples, tag, 'marked'), x)))
  t.end()
})
