/** Which jobs the messenger has, and that it does them. */
import { test } from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

test('the messenger keeps the schedules of its jobs', async (t) => {
  const { stores } = await openTestMessenger(t)
  const text = 'select name, cron from holdfast_jobs.schedule order by name'
  const { rows } = await stores.database.query({ text, values: [] })
  t.strictSame(rows, [
    ['clean_media', '41 3 * * *'],
    ['forget_exports', '53 * * * *'],
    ['forget_notifications', '23 3 * * *'],
    ['forget_security_events', '41 3 * * *'],
    ['forget_sessions', '17 * * * *'],
  ])
})
