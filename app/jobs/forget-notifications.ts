/** Cleans up after what people were told long ago. */
import { cron, job, where, type PlainStore } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { notification } from '../resources/notification.ts'

const KEPT_MS = 90 * 24 * 60 * 60 * 1000

/** Deletes notifications that are old, read or not, once a day. */
export function forgetNotificationsJob(
  notifications: PlainStore<typeof notification>,
  now: () => number,
) {
  return job('forget_notifications', {
    triggers: [cron('23 3 * * *')],
    // One that missed its day has another.
    retries: { count: 3, firstRestSeconds: 60 },
    timeoutSeconds: 600,
    concurrency: 1,
    async run() {
      const time = new Date(now() - KEPT_MS).toISOString()
      await notifications.deleteAll(where(all, 'notification', (row) => row.created_at.lt(time)))
    },
  })
}
