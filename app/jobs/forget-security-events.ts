/** Cleans up after security events that are too old to be asked for. */
import { where, type PlainStore } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { securityEvent } from '../resources/security-event.ts'
import { cleanUpJob } from './clean-up-job.ts'

/** More than a year, so that what happens once in a year can be compared. */
const KEPT_DAYS = 400
const DAY_MS = 24 * 3_600_000

/** Deletes events that are older, once a day. They hold addresses of people, which nobody may keep for ever. */
export function forgetSecurityEventsJob(
  events: PlainStore<typeof securityEvent>,
  now: () => number,
) {
  return cleanUpJob('forget_security_events', '41 3 * * *', async () => {
    const time = new Date(now() - KEPT_DAYS * DAY_MS).toISOString()
    await events.deleteAll(where(all, 'security_event', (row) => row.created_at.lt(time)))
  })
}
