/** Indexes as values. */

import t from 'tap'
import {
  index,
  textIndex,
  trigramIndex,
  uniqueIndex,
} from '../../../framework/resource/declared-index.ts'

t.test('an index keeps its attributes in order', (t) => {
  t.strictSame(index('b', 'a'), { attributes: ['b', 'a'], isUnique: false, method: 'btree' })
  t.strictSame(uniqueIndex('a'), { attributes: ['a'], isUnique: true, method: 'btree' })
  t.end()
})

t.test('an index for searching is over one text', (t) => {
  const ordinary = { attributes: ['a'], isUnique: false }
  t.strictSame(trigramIndex('a'), { ...ordinary, method: 'trigram' })
  t.strictSame(textIndex('a'), { ...ordinary, method: 'text' })
  t.end()
})

t.test('an index is frozen', (t) => {
  for (const declared of [index('a'), uniqueIndex('a'), trigramIndex('a'), textIndex('a')]) {
    t.ok(Object.isFrozen(declared))
    t.ok(Object.isFrozen(declared.attributes))
  }
  t.end()
})
