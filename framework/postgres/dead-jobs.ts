/** Jobs that have failed at every try: kept to be looked at, and run again when what was wrong is mended. */
import type { PgBoss } from 'pg-boss'
import type { AnyJob } from '../action/job.ts'
import { deadQueueOf } from './boss.ts'

/** A job that has failed at every try. */
export interface DeadJob {
  readonly id: string
  readonly payload: unknown
  /** How often it was tried. */
  readonly attempts: number
  /** What the last try said. */
  readonly error: string
  /** ISO 8601. */
  readonly sentAt: string
  readonly diedAt: string
}

/** Dead jobs of all kinds. */
export interface DeadJobs {
  /** The oldest first, at most 1,000. @throws UnavailableError */
  list(job: AnyJob): Promise<readonly DeadJob[]>
  /**
   * Sends dead jobs again, each with all of its tries, the oldest first and at most 1,000.
   * @param ids default: all
   * @returns how many
   */
  runAgain(job: AnyJob, ids?: readonly string[]): Promise<number>
}

/** The dead jobs that pg-boss keeps. */
export function createDeadJobs(boss: PgBoss): DeadJobs {
  return Object.freeze<DeadJobs>({
    async list(job) {
      const found = await boss.findJobs(deadQueueOf(job), { queued: true })
      return found.map(
        ({ id, data, sourceRetryCount, sourceOutput, sourceCreatedOn, createdOn }) => ({
          id,
          payload: data,
          attempts: (sourceRetryCount ?? 0) + 1,
          error: messageOf(sourceOutput),
          // Our database answers times as text.
          sentAt: String(sourceCreatedOn),
          diedAt: String(createdOn),
        }),
      )
    },
    runAgain: (job, ids) =>
      boss.redrive(deadQueueOf(job), ids === undefined ? {} : { ids: [...ids] }),
  })
}

/** What `JobClaims.fail` has kept, or pg-boss itself of a job whose process was gone. */
function messageOf(output: object | null): string {
  if (output === null) return ''
  if ('value' in output && typeof output.value === 'object') return messageOf(output.value)
  return 'message' in output ? String(output.message) : ''
}
