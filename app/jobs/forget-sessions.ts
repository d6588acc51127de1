/** Cleans up after sessions that nobody has refreshed in time, and links that nobody has followed. */
import { where, type PlainStore } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { emailConfirmation } from '../resources/email-confirmation.ts'
import type { passwordRecovery } from '../resources/password-recovery.ts'
import type { session } from '../resources/session.ts'
import { cleanUpJob } from './clean-up-job.ts'

/** What is cleaned up. */
export interface Forgettable {
  readonly sessions: PlainStore<typeof session>
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly confirmations: PlainStore<typeof emailConfirmation>
}

/**
 * Deletes sessions that can't be refreshed any more, and links that are too old, once an hour. The access tokens of such sessions have
 * ended long before.
 */
export function forgetSessionsJob(
  { sessions, recoveries, confirmations }: Forgettable,
  now: () => number,
) {
  return cleanUpJob('forget_sessions', '17 * * * *', async () => {
    const time = new Date(now()).toISOString()
    await sessions.deleteAll(where(all, 'session', (row) => row.expires_at.lt(time)))
    await recoveries.deleteAll(where(all, 'password_recovery', (row) => row.expires_at.lt(time)))
    await confirmations.deleteAll(
      where(all, 'email_confirmation', (row) => row.expires_at.lt(time)),
    )
  })
}
