/** Tests notification.ts: unread at first, and gone with whoever and whatever it is about. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { InvalidError } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

test('it is unread at first, and goes with its user, its actor and its message', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim, ann, bob } = await makeUsers({ store }, 'tim', 'ann', 'bob')
  const notifications = store('notification')
  const { key: message_id } = await store('message').create({ text: 'Hello', author_id: bob })
  const about = { kind: 'reply', actor_id: ann, conversation_id: null, message_id: null } as const
  const { item } = await notifications.create({ ...about, user_id: tim })
  t.match(item, { is_read: false, actor_id: ann })
  await notifications.create({ ...about, user_id: bob, message_id })
  await notifications.create({ ...about, user_id: bob, actor_id: null })
  const unknown = notifications.create({ ...about, user_id: tim, kind: 'x' as 'reply' })
  await t.rejects(unknown, InvalidError)
  await store('message').delete(message_id)
  t.equal(await notifications.count(), 2)
  await store('user').delete(ann)
  t.match((await notifications.search()).results, [{ item: { user_id: bob, actor_id: null } }])
  await store('user').delete(bob)
  t.equal(await notifications.count(), 0)
})
