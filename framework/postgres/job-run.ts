/** Does one job: within its time, with signs of life to the others, and settled whatever comes of it. */
import type { AnyJob, JobContext } from '../action/job.ts'
import { validatorOf } from '../resource/validator.ts'
import type { Claim, JobClaims } from './job-claims.ts'

/** What the jobs of one queue are done with. */
export interface JobRunOptions {
  readonly job: AnyJob
  readonly claims: JobClaims
  /** What a job is run with, besides what is of its own claim. */
  readonly context: Omit<JobContext, 'id' | 'attempt' | 'signal'>
  /** The rest between two signs of life, in milliseconds. */
  readonly beatMs: number
  /** Told of each try that fails, and of each failure to reach the queue. */
  readonly onError: (error: unknown) => void
}

/** A job that is being done. */
export interface JobRun {
  /** When it is settled. Never rejects. */
  readonly end: Promise<void>
  /** Leaves it to another process; it has had no try here. */
  abort(): void
}

/** Why a job is left to another process. */
class LeftError extends Error {}

/** Begins to do a job that is claimed. */
export function runJob(options: JobRunOptions, claim: Claim): JobRun {
  const controller = new AbortController()
  return Object.freeze<JobRun>({
    end: settle(options, claim, controller),
    abort: () => controller.abort(new LeftError('This process ends.')),
  })
}

async function settle(
  options: JobRunOptions,
  claim: Claim,
  controller: AbortController,
): Promise<void> {
  const { claims, beatMs, onError } = options
  const beats = setInterval(() => {
    claims
      .beat(claim)
      .then((isOurs) => {
        if (!isOurs) controller.abort(new LeftError('Another process does it now.'))
      })
      .catch(onError)
  }, beatMs)
  try {
    await run(options, claim, controller.signal)
    await claims.complete(claim)
  } catch (error) {
    await settleFailed(options, claim, error)
  } finally {
    clearInterval(beats)
  }
}

async function settleFailed(
  { claims, onError }: JobRunOptions,
  claim: Claim,
  error: unknown,
): Promise<void> {
  try {
    if (error instanceof LeftError) await claims.handBack(claim)
    else {
      onError(error)
      await claims.fail(claim, error)
    }
  } catch (cause) {
    // It stays claimed, and when no sign of life has come for a while, it is tried again.
    onError(cause)
  }
}

async function run(
  { job, context }: JobRunOptions,
  { id, attempt, payload }: Claim,
  left: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([left, AbortSignal.timeout(1000 * job.timeoutSeconds)])
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    // What waits may have been sent by a version that declared it otherwise.
    validatorOf(job.payload).check(payload)
    await Promise.race([job.run(payload, { ...context, id, attempt, signal }), aborted.promise])
  } catch (error) {
    // Who is told to stop may say so by any error.
    left.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
