/** Jobs for tests: on a fresh database, with errors gathered, and a bus that a test may pass in. */
import type { Test } from 'tap'
import type { AnyJob, JobContext } from '../../framework/action/job.ts'
import { NO_JOBS } from '../../framework/action/job-sender.ts'
import { InternalError } from '../../framework/errors.ts'
import { LONE_BUS } from '../../framework/event/lone-bus.ts'
import type { Database } from '../../framework/postgres/database.ts'
import { startJobs, type Jobs, type JobsOptions } from '../../framework/postgres/jobs.ts'
import {
  createTransactions,
  type StoreTransactions,
} from '../../framework/postgres/transactions.ts'
import type { Transactions } from '../../framework/store/store.ts'
import { createGathering, type Gathering } from './gathering.ts'

/** Jobs, and what a test may look at. */
export interface TestJobs {
  readonly jobs: Jobs
  readonly transactions: StoreTransactions
  readonly errors: Gathering<unknown>
}

/** What jobs are run with that need nothing. */
export const NO_CONTEXT: Omit<JobContext, 'id' | 'attempt' | 'signal'> = Object.freeze({
  store: (name: string) => {
    throw new InternalError(`There is no ${name} here.`)
  },
  transactions: createTransactionless(),
  jobs: NO_JOBS,
})

/** Runs a job once, by itself. */
export function runJob<P>(
  job: { run(payload: P, context: JobContext): Promise<void> },
  payload: P,
  attempt = 1,
  jobs = NO_JOBS,
): Promise<void> {
  const signal = AbortSignal.any([])
  return job.run(payload, { ...NO_CONTEXT, id: 'job', attempt, signal, jobs })
}

function createTransactionless(): Transactions {
  return {
    transaction: (work) => work({}),
    snapshot: (work) => work({}, ''),
    lock: () => Promise.resolve(),
  }
}

/** Never found by looking, so that what is done was told of. */
export const NEVER_MS = 3_600_000

/** Starts jobs on a database, and closes them when `t` ends. */
export async function startTestJobs(
  t: Test,
  database: Database,
  jobs: readonly AnyJob[],
  options: Partial<JobsOptions> = {},
): Promise<TestJobs> {
  const errors = createGathering<unknown>()
  const transactions = createTransactions(database, () => undefined)
  const started = await startJobs({
    database,
    transactions,
    bus: LONE_BUS,
    jobs,
    isWorking: true,
    store: NO_CONTEXT.store,
    now: Date.now,
    pollMs: NEVER_MS,
    onError: (error) => errors.add(error),
    ...options,
  })
  t.teardown(() => started.close())
  return { jobs: started, transactions, errors }
}
