/** That a recent map is bounded and drops what is not used. */
import t from 'tap'

import { createRecentMap } from '../../../framework/auth/recent-map.ts'

const LIMIT = 10

function filled(count: number) {
  const map = createRecentMap<number, { readonly of: number }>(LIMIT)
  for (let key = 0; key < count; key++) map.set(key, { of: key })
  return map
}

t.test('it never holds more than its limit', async (t) => {
  const map = createRecentMap<number, object>(LIMIT)
  for (let key = 0; key < 1000; key++) {
    map.set(key, {})
    map.get(key - 3)
    if (map.size > LIMIT) t.fail(`${map.size} entries`)
  }
  t.ok(map.size >= LIMIT / 2)
})

t.test('it keeps the last half of the limit for sure', async (t) => {
  const map = filled(100)
  for (let key = 95; key < 100; key++) t.same(map.get(key), { of: key })
  t.equal(map.get(0), undefined)
})

t.test('what is used stays, the same object, while the unused goes', async (t) => {
  const map = filled(1)
  const kept = map.get(0)
  for (let key = 1; key < 100; key++) {
    map.set(key, { of: key })
    t.equal(map.get(0), kept)
  }
  t.equal(map.get(1), undefined)
})

t.test('a value is replaced and deleted in whichever generation it is', async (t) => {
  const map = filled(7)
  map.set(0, { of: 70 })
  t.equal(map.size, 7)
  t.same(map.get(0), { of: 70 })
  for (const key of [0, 1, 6]) {
    map.delete(key)
    t.equal(map.get(key), undefined)
  }
  t.equal(map.size, 4)
})
