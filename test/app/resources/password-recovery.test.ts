/** Tests password-recovery.ts: what of a link is kept, and for whom. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { ConflictError } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

test('a user has one link, whose digest is secret, and takes it along', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: user_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const recoveries = store('password_recovery')
  const link = { user_id, digest: 'd'.repeat(43), expires_at: '2030-01-01T00:00:00.000Z' }
  t.notMatch(JSON.stringify(await recoveries.create(link)), /dddd|digest/)
  await t.rejects(recoveries.create({ ...link, digest: 'e'.repeat(43) }), ConflictError)
  await store('user').delete(user_id)
  t.equal(await recoveries.count(), 0)
})
