/** That sessions and links are forgotten when they are of no use any more, and not before. */
import { test } from 'tap'
import { forgetSessionsJob } from '../../../app/jobs/forget-sessions.ts'
import { all } from '../../../app/resources/all.ts'
import { runJob } from '../../kit/jobs.ts'
import { numberedId, openTestStores, START } from '../../kit/stores.ts'

const MINUTE_MS = 60_000

test('sessions and links whose time is over are deleted', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: user_id } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const [over, current] = [numberedId(1), numberedId(2)]
  for (const [id, minutes] of [
    [over, -1],
    [current, 1],
  ] as const) {
    await store('session').create({
      id,
      user_id,
      device: 'unknown',
      address: 'unknown',
      family_digest: id.padEnd(43, 'f'),
      refresh_digest: id.padEnd(43, 'r'),
      expires_at: new Date(START + minutes * MINUTE_MS).toISOString(),
    })
  }
  const { key: ann_id } = await store('user').create({ username: 'ann', password_digest: 'x' })
  for (const [user, minutes] of [
    [user_id, -1],
    [ann_id, 1],
  ] as const) {
    const expires_at = new Date(START + minutes * MINUTE_MS).toISOString()
    const link = { user_id: user, digest: user.padEnd(43, 'd'), expires_at }
    await store('password_recovery').create(link)
    await store('email_confirmation').create({ ...link, email_address: 'a@b.c' })
  }
  const parts = {
    sessions: store('session'),
    recoveries: store('password_recovery'),
    confirmations: store('email_confirmation'),
  }
  const forget = forgetSessionsJob(parts, () => START)
  t.match(forget.triggers, [{ kind: 'cron', expression: '17 * * * *' }])
  await runJob(forget, {})
  const left = (await store('session').search()).results.map(({ key }) => key)
  t.same(left, [current])
  for (const name of ['password_recovery', 'email_confirmation'] as const) {
    const { results } = await store(name).search()
    t.match(results, [{ item: { user_id: ann_id } }])
    t.equal(results.length, 1)
  }
})
