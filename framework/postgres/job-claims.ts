/** Jobs of one queue as this process holds them: claimed from all that wait, kept while they run, and settled. */
import type { PgBoss } from 'pg-boss'
import type { AnyJob } from '../action/job.ts'
import type { Queryable } from './database.ts'

/** A job that this process is to do. */
export interface Claim {
  readonly id: string
  /** From 1. */
  readonly attempt: number
  readonly payload: unknown
}

/** The jobs of one queue. Whoever has lost a claim changes nothing with it. */
export interface JobClaims {
  /** Takes jobs that wait and are due, at most so many, for this process alone. */
  claim(limit: number): Promise<readonly Claim[]>
  /** Says that the job is still being done. @returns false: the claim is lost */
  beat(claim: Claim): Promise<boolean>
  complete(claim: Claim): Promise<void>
  /** The job waits for its next try, or is dead when it has had them all. */
  fail(claim: Claim, error: unknown): Promise<void>
  /** The job waits as if it had not been claimed. */
  handBack(claim: Claim): Promise<void>
}

/** What claims are made from. */
export interface JobClaimsOptions {
  readonly boss: PgBoss
  readonly schema: string
  readonly database: Queryable
  readonly job: AnyJob
}

/** The jobs of a queue. */
export function createJobClaims({ boss, schema, database, job }: JobClaimsOptions): JobClaims {
  const { name } = job
  const own = (text: string, values: readonly string[]) => database.query({ text, values })

  /** A dead job has its copy; in an ordered queue it would keep the others with its key waiting. */
  async function letOthersGoOn(): Promise<void> {
    if (job.orderedBy === undefined) return
    await own(`delete from ${schema}.job where name = $1 and state = 'failed'`, [name])
  }

  return Object.freeze<JobClaims>({
    async claim(limit) {
      await letOthersGoOn()
      const jobs = await boss.fetch(name, { batchSize: limit })
      return jobs.map(({ id, retryCount, data }) => ({
        id,
        attempt: retryCount + 1,
        payload: data,
      }))
    },
    async beat(claim) {
      const answer = await boss.touch(name, toAttempt(claim))
      return 'affected' in answer && answer.affected === 1
    },
    async complete(claim) {
      await boss.complete(name, toAttempt(claim))
    },
    async fail(claim, error) {
      await boss.fail(name, toAttempt(claim), toOutput(error))
    },
    // pg-boss has no way of its own: `fail` would count the try.
    async handBack({ id, attempt }) {
      await own(
        `update ${schema}.job set state = 'created', started_on = null, heartbeat_on = null
         where name = $1 and id = $2 and state = 'active' and retry_count = $3`,
        [name, id, String(attempt - 1)],
      )
    },
  })
}

function toAttempt({ id, attempt }: Claim) {
  return { id, retryCount: attempt - 1 }
}

/** What is kept of a failure: what it says, and not what it was about. */
function toOutput(error: unknown): { readonly name: string; readonly message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) }
}
