/** Tests data-export.ts: what an export can be, and that it goes with its user. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { InvalidError } from '../../../framework/index.ts'
import { openTestStores, START } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

test('it counts bytes beyond 32 bits, and goes with its user', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim: user_id } = await makeUsers({ store }, 'tim')
  const expires_at = new Date(START).toISOString()
  const item = { user_id, state: 'ready', byte_count: 5_000_000_000, expires_at } as const
  const { key, item: made } = await store('data_export').create(item)
  t.match(made, item)
  const wrong = store('data_export').update(key, { state: 'lost' as 'ready' })
  await t.rejects(wrong, InvalidError)
  await store('user').delete(user_id)
  t.equal(await store('data_export').count(), 0)
})
