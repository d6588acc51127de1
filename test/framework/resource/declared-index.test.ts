/** Indexes as values. */

import t from 'tap'
import { index, uniqueIndex } from '../../../framework/resource/declared-index.ts'

t.test('an index keeps its attributes in order', (t) => {
  t.strictSame(index('b', 'a'), { attributes: ['b', 'a'], isUnique: false })
  t.strictSame(uniqueIndex('a'), { attributes: ['a'], isUnique: true })
  t.end()
})

t.test('an index is frozen', (t) => {
  for (const declared of [index('a'), uniqueIndex('a')]) {
    t.ok(Object.isFrozen(declared))
    t.ok(Object.isFrozen(declared.attributes))
  }
  t.end()
})
