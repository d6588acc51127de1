/** That notifications are forgotten when they are old, and not before. */
import { test } from 'tap'
import { forgetNotificationsJob } from '../../../app/jobs/forget-notifications.ts'
import { all } from '../../../app/resources/all.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'
import { openTestStores, START } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

const DAY_MS = 24 * 60 * 60 * 1000

test('notifications of more than 90 days are deleted', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim } = await makeUsers({ store }, 'tim')
  const notifications = store('notification')
  const about = { user_id: tim, actor_id: null, conversation_id: null, message_id: null } as const
  const made = []
  for (const [kind, days] of [
    ['export', 91],
    ['reply', 89],
  ] as const) {
    const created_at = new Date(START - days * DAY_MS).toISOString()
    made.push((await notifications.create({ ...about, kind, created_at })).key) // prettier-ignore
  }
  const forget = forgetNotificationsJob(notifications, () => START)
  t.match(forget.triggers, [{ kind: 'cron', expression: '23 3 * * *' }])
  const context = { ...NO_CONTEXT, id: 'a', attempt: 1, signal: AbortSignal.any([]) }
  await forget.run({}, context)
  t.same(
    (await notifications.search()).results.map(({ key }) => key),
    made.slice(1),
  )
})
