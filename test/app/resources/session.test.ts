/** Tests session.ts: what of a session is secret; how sessions are kept is tested with session-records.ts. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { ConflictError, InvalidError } from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

test('its digests are secret, whole, and one family belongs to one session', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: user_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const sessions = store('session')
  const session = {
    id: '00000000-0000-7000-8000-000000000001',
    user_id,
    device: 'curl',
    address: '192.0.2.7',
    family_digest: 'f'.repeat(43),
    refresh_digest: 'r'.repeat(43),
    expires_at: '2026-01-01T00:00:00.000Z',
  }
  const made = await sessions.create(session)
  t.notMatch(JSON.stringify(made), /fff|rrr|digest/)
  t.match(await sessions.unsafeReadSecrets(made.key), { refresh_digest: 'r'.repeat(43) })
  const id = '00000000-0000-7000-8000-000000000002'
  await t.rejects(sessions.create({ ...session, id }), ConflictError)
  const family_digest = 'g'.repeat(42)
  await t.rejects(sessions.create({ ...session, id, family_digest }), InvalidError)
})
