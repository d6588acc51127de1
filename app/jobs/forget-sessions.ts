/** Cleans up after sessions that nobody has refreshed in time. */
import { cron, job, where, type PlainStore } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { session } from '../resources/session.ts'

/** Deletes sessions that can't be refreshed any more, once an hour. Their access tokens have ended long before. */
export function forgetSessionsJob(sessions: PlainStore<typeof session>, now: () => number) {
  return job('forget_sessions', {
    triggers: [cron('17 * * * *')],
    // One that missed its hour has another.
    retries: { count: 3, firstRestSeconds: 60 },
    timeoutSeconds: 600,
    concurrency: 1,
    async run() {
      const time = new Date(now()).toISOString()
      await sessions.deleteAll(where(all, 'session', (row) => row.expires_at.lt(time)))
    },
  })
}
