/** Tests email-confirmation.ts: what of a link is kept, and for how long. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { openTestStores } from '../../kit/stores.ts'

test('the digest of a link is secret, and a user takes it along', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: user_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const confirmations = store('email_confirmation')
  const link = { user_id, email_address: 'a@b.c', expires_at: '2030-01-01T00:00:00.000Z' }
  const made = await confirmations.create({ ...link, digest: 'd'.repeat(43) })
  t.notMatch(JSON.stringify(made), /dddd|digest/)
  await store('user').delete(user_id)
  t.equal(await confirmations.count(), 0)
})
