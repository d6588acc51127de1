/** What `query` looks into and what it asks. */

import t from 'tap'
import { ALL, NONE } from '../../../framework/filter/filter.ts'
import { queryFilter, searchableAttributes } from '../../../framework/filter/query.ts'
import { everything, note } from '../../kit/sample-resources.ts'

t.test('a query looks into text that is neither secret nor declared unsearchable', (t) => {
  t.same(searchableAttributes(note), ['text'])
  const names = searchableAttributes(everything)
  t.ok(names.includes('title'))
  for (const name of ['secret', 'plain', 'int', 'uuid', 'json']) t.notOk(names.includes(name), name)
  t.end()
})

t.test('each word must be contained in some attribute', (t) => {
  const holds = (attribute: string, value: string) =>
    ({ kind: 'compare', attribute, operator: 'contains', value }) as const
  t.strictSame(queryFilter(['a', 'b'], ['x', 'y']), {
    kind: 'and',
    filters: [
      { kind: 'or', filters: [holds('x', 'a'), holds('y', 'a')] },
      { kind: 'or', filters: [holds('x', 'b'), holds('y', 'b')] },
    ],
  })
  t.strictSame(queryFilter(['a'], ['x']), holds('x', 'a'))
  t.equal(queryFilter([], ['x']), ALL)
  t.equal(queryFilter(['a'], []), NONE)
  t.end()
})
