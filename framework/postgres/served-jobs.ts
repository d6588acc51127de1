/** The jobs of a server: declared before it is ready, begun when it is, and ended in two steps. */
import type { AnyJob, JobSender, JobTransactionOptions } from '../action/job.ts'
import { NO_JOBS } from '../action/job-sender.ts'
import type { Consumer } from './consumer.ts'
import { startJobTrigger, triggeredJobs } from './job-triggers.ts'
import type { Jobs } from './jobs.ts'
import type { Stores } from './open-stores.ts'

/** What a server declares of jobs. */
export interface ServedJobsOptions {
  readonly jobs?: readonly AnyJob[]
  /** Default true. */
  readonly isDoingJobs?: boolean
}

/** The jobs of a server. */
export interface ServedJobs {
  /** Sends jobs once they have begun; before, and where there are none, it refuses. */
  readonly sender: JobSender<JobTransactionOptions>
  /** @param onError told of jobs that fail, and of what goes wrong where nobody waits */
  begin(onError: (error: unknown) => void): Promise<void>
  /** Undefined before they have begun, and where there are none. */
  begun(): Jobs | undefined
  /** Gives running jobs a few seconds to end, and leaves the others to other processes. Jobs can still be sent. */
  stopWorking(): Promise<void>
  close(): Promise<void>
}

/** How long running jobs are waited for. */
const GRACE_MS = 4_000

/** @throws DeclarationError when a job waits for changes of a resource that was not gathered */
export function servedJobs(
  { registry, startJobs, consume }: Pick<Stores, 'registry' | 'startJobs' | 'consume'>,
  { jobs = [], isDoingJobs: isWorking = true }: ServedJobsOptions,
): ServedJobs {
  const triggered = triggeredJobs(registry, jobs)
  const consumers: Consumer[] = []
  let started: Jobs | undefined
  const sender: ServedJobs['sender'] = Object.freeze<ServedJobs['sender']>({
    send: (...sent) => (started ?? NO_JOBS).send(...sent),
  })
  return Object.freeze<ServedJobs>({
    sender,
    begun: () => started,
    async begin(onError) {
      if (jobs.length === 0) return
      started = await startJobs({ jobs, isWorking, onError })
      if (!isWorking) return
      for (const one of triggered) consumers.push(await startJobTrigger(one, consume, sender))
    },
    async stopWorking() {
      await started?.stopWorking(GRACE_MS)
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close()))
      await started?.close()
    },
  })
}
