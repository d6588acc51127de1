/** The messenger's jobs, gathered. */
import type { PlainStore } from '../../framework/index.ts'
import type { session } from '../resources/session.ts'
import { forgetSessionsJob } from './forget-sessions.ts'

/** Every job of the messenger. */
export function allJobs(sessions: PlainStore<typeof session>) {
  return [forgetSessionsJob(sessions, Date.now)] as const
}
