/** Tests second-factor.ts: one for each user, gone with it, and its secrets in no item. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { ConflictError, InvalidError } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

test('a user has one, whose secrets are in no item, and it goes with the user', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: user_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const factors = store('second_factor')
  const factor = {
    user_id,
    confirmed: false,
    secret: 'A'.repeat(32),
    last_step: 7,
    failures: 0,
    next_try_at: null,
    recovery_digests: ['d'.repeat(43)],
  }
  const made = await factors.create(factor)
  t.same(Object.keys(made.item), ['user_id', 'confirmed', 'created_at', 'updated_at'])
  const { user_id: _user, confirmed: _confirmed, ...secrets } = factor
  t.same(await factors.unsafeReadSecrets(user_id), secrets)
  await t.rejects(factors.create(factor), ConflictError)
  await t.rejects(factors.update(user_id, { secret: 'short' }), InvalidError)
  await store('user').delete(user_id)
  t.equal(await factors.count(), 0)
})
