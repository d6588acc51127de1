/** Does the jobs of one queue in this process, so many at a time, and leaves to others what it can't end. */
import { setTimeout as rest } from 'node:timers/promises'
import { createAttempts } from './attempts.ts'
import type { Claim } from './job-claims.ts'
import { runJob, type JobRun, type JobRunOptions } from './job-run.ts'
import { createWaker } from './waker.ts'

/** Options of a worker. */
export interface JobWorkerOptions extends JobRunOptions {
  /** How long it rests when nobody wakes it, in milliseconds. */
  readonly pollMs: number
}

/** A worker at work. Its owner closes it. */
export interface JobWorker {
  /** Says that there may be something to do. */
  wake(): void
  /** Claims nothing more, and gives running jobs so long to end; those that don't are left to another process. */
  close(graceMs: number): Promise<void>
}

/** Starts a worker. */
export function startJobWorker(options: JobWorkerOptions): JobWorker {
  const { job, claims, pollMs, onError } = options
  const news = createWaker()
  const attempts = createAttempts(onError)
  const runs = new Set<JobRun>()
  let isClosing = false
  /** Whether something may wait that could not be claimed yet. */
  let mayBeMore = false

  async function loop(): Promise<void> {
    while (!isClosing) await news.rest(await step())
  }
  /** @returns how long to rest */
  async function step(): Promise<number> {
    const free = job.concurrency - runs.size
    if (free === 0) return pollMs
    try {
      const claimed = await claims.claim(free)
      attempts.succeeded()
      mayBeMore = claimed.length === free || job.orderedBy !== undefined
      for (const claim of claimed) start(claim)
      return pollMs
    } catch (error) {
      return attempts.failed(error)
    }
  }
  function start(claim: Claim): void {
    const run = runJob(options, claim)
    runs.add(run)
    if (isClosing) run.abort()
    void run.end.then(() => {
      runs.delete(run)
      if (mayBeMore) news.wake()
    })
  }
  const end = loop()
  return Object.freeze<JobWorker>({
    wake: news.wake,
    async close(graceMs) {
      isClosing = true
      news.wake()
      await end
      const ends = Promise.all(Array.from(runs, (run) => run.end))
      const grace = new AbortController()
      await Promise.race([ends, rest(graceMs, undefined, { signal: grace.signal })])
      grace.abort()
      for (const run of runs) run.abort()
      await ends
    },
  })
}
