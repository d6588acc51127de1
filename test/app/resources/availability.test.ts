/** Tests availability.ts: one for each user, known by its key, gone with it. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

test('it has the key of its user, and goes with it', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim } = await makeUsers({ store }, 'tim')
  t.equal((await store('availability').create({ user_id: tim })).key, tim)
  await store('user').delete(tim)
  t.equal(await store('availability').count(), 0)
})
