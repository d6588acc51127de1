/** Tests friendship.ts: one row for each of both, gone with either. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { ConflictError } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

test('each has one about the other, which goes with either', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim, ann, bob } = await makeUsers({ store }, 'tim', 'ann', 'bob')
  const friendships = store('friendship')
  for (const [user_id, other_id] of [
    [tim, ann],
    [ann, tim],
    [ann, bob],
  ] as const) {
    await friendships.create({ user_id, other_id, state: 'friends' })
  }
  const again = friendships.create({ user_id: tim, other_id: ann, state: 'asked' })
  await t.rejects(again, ConflictError)
  await store('user').delete(tim)
  const { results } = await friendships.search()
  t.match(results, [{ item: { user_id: ann, other_id: bob } }])
})
