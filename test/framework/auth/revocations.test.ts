/**
 * That a revocation outlives every token it is about, and that the memory of revocations is bounded
 * without forgetting.
 */
import t from 'tap'

import { createRevocations } from '../../../framework/auth/revocations.ts'

function revocations({ limit = 100 } = {}) {
  const clock = { seconds: 1000 }
  const now = () => clock.seconds * 1000
  return { clock, list: createRevocations({ now, tokenLifetimeSeconds: 900, limit }) }
}

t.test('what was issued up to the time is revoked, what comes after it is good', async (t) => {
  const { list } = revocations()
  list.revoke('tim', 1000.5)
  t.ok(list.isRevoked('tim', 1000))
  t.ok(list.isRevoked('tim', 1000.5))
  t.notOk(list.isRevoked('tim', 1000.501))
  t.notOk(list.isRevoked('eve', 1000))
})

t.test('an earlier time does not take back a later one', async (t) => {
  const { list } = revocations()
  list.revoke('tim', 1000)
  list.revoke('tim', 500)
  t.ok(list.isRevoked('tim', 1000))
  list.revoke('tim', 1001)
  t.ok(list.isRevoked('tim', 1001))
})

t.test(
  'an entry stays until its last token has expired, then it goes with the next revocation',
  async (t) => {
    const { clock, list } = revocations()
    list.revoke('tim', 1060)
    clock.seconds = 1960
    list.revoke('eve', 1960)
    t.ok(list.isRevoked('tim', 1060))
    clock.seconds = 1961
    list.revoke('ann', 1961)
    t.notOk(list.isRevoked('tim', 1060))
    t.equal(list.size, 2)
  },
)

t.test('a full memory refuses everything older than what it can not name any more', async (t) => {
  const { clock, list } = revocations({ limit: 3 })
  for (const name of ['a', 'b', 'c', 'd']) {
    clock.seconds += 10
    list.revoke(name, clock.seconds + 60)
  }
  t.equal(list.size, 3)
  t.ok(list.isRevoked('a', 1010), 'the one that went')
  t.ok(list.isRevoked('stranger', 1010), 'and whoever is as old')
  t.notOk(list.isRevoked('stranger', 1011))
  t.ok(list.isRevoked('b', 1080))
})

t.test('what is revoked again is the newest, not the oldest, when room is made', async (t) => {
  const { clock, list } = revocations({ limit: 3 })
  for (const name of ['a', 'b', 'a', 'c', 'd']) {
    clock.seconds += 10
    list.revoke(name, clock.seconds)
  }
  t.ok(list.isRevoked('stranger', 1020), 'b went')
  t.notOk(list.isRevoked('stranger', 1021), 'a did not')
})

t.test('a revocation told late raises no more than it was about', async (t) => {
  const { list } = revocations({ limit: 1 })
  list.revoke('a', 700)
  list.revoke('b', 1000)
  t.ok(list.isRevoked('a', 700))
  t.notOk(list.isRevoked('stranger', 701))
})

t.test('revoking the same name again takes no more room', async (t) => {
  const { list } = revocations({ limit: 3 })
  for (let round = 0; round < 10; round++) list.revoke('tim', 1000 + round)
  t.equal(list.size, 1)
  t.notOk(list.isRevoked('eve', 1000))
})
