/** Who sends jobs: nobody where none are served, and whoever is within a transaction together with it. */
import { InternalError } from '../errors.ts'
import type { Transaction } from '../store/store.ts'
import type { AnyJob, JobSender, JobTransactionOptions } from './job.ts'

/** Sends none: of a server without jobs. */
export const NO_JOBS: JobSender<JobTransactionOptions> = Object.freeze<
  JobSender<JobTransactionOptions>
>({
  send: (job) => Promise.reject(notServed(job)),
})

/** Sends with a transaction, whatever is asked for; without one at once. */
export function senderWithin(
  jobs: JobSender<JobTransactionOptions>,
  transaction: Transaction | undefined,
): JobSender {
  return Object.freeze<JobSender>({
    send: (job, payload, options) =>
      jobs.send(job, payload, { ...options, ...(transaction && { transaction }) }),
  })
}

/** What is told of a job that was sent, and that no process would do. */
export function notServed({ name }: Pick<AnyJob, 'name'>): InternalError {
  return new InternalError(`The job ${name} is not served: add it to the jobs of serve().`)
}
