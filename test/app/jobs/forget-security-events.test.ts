/** That security events are forgotten when they are too old, and not before. */
import { test } from 'tap'
import { forgetSecurityEventsJob } from '../../../app/jobs/forget-security-events.ts'
import { all } from '../../../app/resources/all.ts'
import { runJob } from '../../kit/jobs.ts'
import { openTestStores } from '../../kit/stores.ts'

const DAY_MS = 24 * 3_600_000

test('events are kept for 400 days', async (t) => {
  const events = (await openTestStores(t, all)).store('security_event')
  const { item } = await events.create({ kind: 'login', address: 'unknown' })
  const madeMs = Date.parse(item.created_at)
  const runAt = (nowMs: number) =>
    runJob(
      forgetSecurityEventsJob(events, () => nowMs),
      {},
    )
  await runAt(madeMs + 400 * DAY_MS)
  t.equal(await events.count(), 1)
  await runAt(madeMs + 400 * DAY_MS + 1)
  t.equal(await events.count(), 0)
})
