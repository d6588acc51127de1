/** Tests notification-store-factory.ts: each caller, each operation; refusals first. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { notificationStoreFactory } from '../../../app/stores/notification-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

t.test('its user alone reads, marks and deletes it', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim, ann, admin } = await makeUsers({ store }, 'tim', 'ann', 'admin')
  const about = { conversation_id: null, message_id: null, kind: 'friend_request' } as const
  const { key } = await store('notification').create({ ...about, user_id: tim, actor_id: ann })
  const open = notificationStoreFactory.open(store('notification'))
  for (const [caller, outcome] of [
    [ANONYMOUS, 'unauthenticated'],
    [callerOf(ann), 'not_found'],
    [callerOf(admin, 'admin'), 'not_found'],
    [callerOf(tim), 'done'],
  ] as const) {
    const notifications = open(caller, { store: () => undefined })
    const who = caller.subject ?? 'nobody'
    t.equal(await outcomeOf(notifications.readOrThrow(key)), outcome, who)
    t.equal(await outcomeOf(notifications.update(key, { is_read: true })), outcome, who)
    const forged = notifications.update(key, { kind: 'mention' } as object)
    t.not(await outcomeOf(forged), 'done', who)
    t.not(await outcomeOf(notifications.create({ is_read: true })), 'done', who)
    t.equal(await outcomeOf(notifications.delete(key)), outcome, who)
  }
  t.equal(await store('notification').count(), 0)
})
