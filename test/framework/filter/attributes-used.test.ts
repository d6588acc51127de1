/** Which attributes decide what a filter selects. */

import t from 'tap'
import { attributesUsed } from '../../../framework/filter/attributes-used.ts'
import { ALL, NONE, UNKNOWN, type Filter } from '../../../framework/filter/filter.ts'
import { where } from '../../../framework/filter/expression.ts'
import { everything, note, place, samples } from '../../kit/sample-resources.ts'

const used = (filter: Filter): readonly string[] => [...attributesUsed(everything, filter)].sort()

t.test('every kind of term names its attributes', (t) => {
  const filter = where(samples, 'everything', (row) =>
    row.int
      .gt(1)
      .or(row.text.exists().and(row.code.oneof('a', 'b').not()))
      .and(row.int.lt(9)),
  )
  t.same(used(filter), ['code', 'int', 'text'])
  for (const empty of [ALL, NONE, UNKNOWN]) t.same(used(empty), [])
  t.end()
})

t.test('a link uses what it joins by, on this side alone', (t) => {
  const filter = where(samples, 'everything', (row) =>
    row.place.some((place) => place.title.eq('Ulm')).or(row.marks.some((tag) => tag.name.eq('a'))),
  )
  t.same(used(filter), ['id', 'place_country', 'place_number'])
  const back = where(samples, 'place', (row) => row.things.some((thing) => thing.int.eq(1)))
  t.same([...attributesUsed(place, back)].sort(), ['country', 'number'])
  t.end()
})

t.test('a query uses what it looks into', (t) => {
  t.same([...attributesUsed(note, { kind: 'query', words: ['a'] })], ['text'])
  t.end()
})
