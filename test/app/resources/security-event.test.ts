/** Tests security-event.ts: it outlives the users that it tells of, and no input has any of it. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { EVENT_KINDS, securityEvent } from '../../../app/resources/security-event.ts'
import { numberedId, openTestStores } from '../../kit/stores.ts'

t.test('no input has any of it', (t) => {
  for (const [name, { createMode, updatable }] of Object.entries(securityEvent.attributes)) {
    t.same([createMode, updatable], ['never', false], name)
  }
  t.end()
})

t.test('it may tell of users that are gone or never were', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const address = '192.0.2.7'
  const kinds = EVENT_KINDS.map((kind) => ({ kind, actor_id: key, subject_id: key, address }))
  for (const event of kinds) await store('security_event').create(event)
  await store('security_event').create({ kind: 'login_failed', subject_id: numberedId(9), address })
  await store('user').delete(key)
  t.equal(await store('security_event').count(), EVENT_KINDS.length + 1)
})
