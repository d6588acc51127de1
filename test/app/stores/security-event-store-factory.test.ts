/** Tests security-event-store-factory.ts: each caller, each operation; refusals first. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { securityEventStoreFactory } from '../../../app/stores/security-event-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, numberedId, openTestStores } from '../../kit/stores.ts'

const { store } = await openTestStores(t, all)
const tim = numberedId(1)
const event = { kind: 'login', actor_id: tim, subject_id: tim, address: '192.0.2.7' } as const
const { key } = await store('security_event').create(event)
const callers = { nobody: ANONYMOUS, tim: callerOf(tim), admin: callerOf(numberedId(2), 'admin') }
const storeOf = securityEventStoreFactory.open(store('security_event'))
const as = (who: keyof typeof callers) => storeOf(callers[who], { store: () => undefined })

t.test('nobody writes events, not even an admin', async (t) => {
  const before = await store('security_event').readOrThrow(key)
  for (const [who, made, changed] of [
    ['nobody', 'unauthenticated', 'unauthenticated'],
    ['tim', 'forbidden', 'not_found'],
    ['admin', 'forbidden', 'forbidden'],
  ] as const) {
    t.equal(await outcomeOf(as(who).create({})), made, who)
    t.equal(await outcomeOf(as(who).update(key, {})), changed, who)
    t.equal(await outcomeOf(as(who).delete(key)), changed, who)
  }
  const written: object = { kind: 'logout' }
  t.equal(await outcomeOf(as('admin').update(key, written)), 'invalid')
  t.equal(await outcomeOf(as('admin').deleteAll({ kind: 'all' })), 'forbidden')
  t.same(await store('security_event').readOrThrow(key), before)
})

t.test('admins alone read them, also those of others', async (t) => {
  for (const [who, read, searched] of [
    ['nobody', 'unauthenticated', 'unauthenticated'],
    ['tim', 'not_found', 'forbidden'],
    ['admin', 'done', 'done'],
  ] as const) {
    t.equal(await outcomeOf(as(who).readOrThrow(key)), read, who)
    t.equal(await outcomeOf(as(who).search()), searched, who)
    t.equal(await outcomeOf(as(who).count()), searched, who)
  }
  t.match((await as('admin').readOrThrow(key)).item, event)
})
