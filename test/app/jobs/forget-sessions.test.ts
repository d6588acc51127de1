/** That sessions are forgotten when they can't be refreshed any more, and not before. */
import { test } from 'tap'
import { forgetSessionsJob } from '../../../app/jobs/forget-sessions.ts'
import { all } from '../../../app/resources/all.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'
import { numberedId, openTestStores, START } from '../../kit/stores.ts'

const MINUTE_MS = 60_000

test('sessions whose time is over are deleted', async (t) => {
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
  const forget = forgetSessionsJob(store('session'), () => START)
  t.match(forget.triggers, [{ kind: 'cron', expression: '17 * * * *' }])
  const context = { ...NO_CONTEXT, id: 'a', attempt: 1, signal: AbortSignal.any([]) }
  await forget.run({}, context)
  const left = (await store('session').search()).results.map(({ key }) => key)
  t.same(left, [current])
})
