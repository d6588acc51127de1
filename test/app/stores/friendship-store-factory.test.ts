/** Tests friendship-store-factory.ts: each caller, each operation; refusals first. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { friendshipStoreFactory } from '../../../app/stores/friendship-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

t.test('each sees its own side, and nobody writes', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim, ann, admin } = await makeUsers({ store }, 'tim', 'ann', 'admin')
  const row = { user_id: tim, other_id: ann, state: 'blocked' } as const
  const { key } = await store('friendship').create(row)
  const open = friendshipStoreFactory.open(store('friendship'))
  for (const [caller, read, write] of [
    [ANONYMOUS, 'unauthenticated', 'unauthenticated'],
    [callerOf(ann), 'not_found', 'not_found'],
    [callerOf(admin, 'admin'), 'not_found', 'not_found'],
    [callerOf(tim), 'done', 'forbidden'],
  ] as const) {
    const friendships = open(caller, { store: () => undefined })
    const who = caller.subject ?? 'nobody'
    t.equal(await outcomeOf(friendships.readOrThrow(key)), read, who)
    t.equal(await outcomeOf(friendships.delete(key)), write, who)
    const made = friendships.create({ user_id: ann, other_id: tim })
    t.not(await outcomeOf(made), 'done', who)
    if (caller !== ANONYMOUS) t.equal(await friendships.count(), read === 'done' ? 1 : 0, who)
  }
})
