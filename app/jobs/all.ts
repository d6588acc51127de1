/** The messenger's jobs, gathered. */
import type { Stores } from '../../framework/index.ts'
import type { all } from '../resources/all.ts'
import { forgetNotificationsJob } from './forget-notifications.ts'
import { forgetSessionsJob } from './forget-sessions.ts'

/** Every job of the messenger. */
export function allJobs(stores: Pick<Stores<(typeof all)['resources']>, 'store'>) {
  return [
    forgetSessionsJob(stores.store('session'), Date.now),
    forgetNotificationsJob(stores.store('notification'), Date.now),
  ] as const
}
