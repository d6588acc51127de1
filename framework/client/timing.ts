/** Time and chance for the client, passed in so that tests can move them. */
import type { Clock } from '../event/clock.ts'
import type { ProblemError } from './problem-error.ts'

/** What waiting needs. */
export interface Timing {
  readonly clock: Clock
  /** 0 to 1. */
  readonly random: () => number
}

/** The clock of the machine and its chance. A timer is set only while something waits, and its owner calls it off. */
export const SYSTEM_TIMING: Timing = {
  clock: {
    now: () => Date.now(),
    after(ms: number, run: () => void) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  },
  random: () => Math.random(),
}

const MIN_BACKOFF_MS = 500
const MAX_BACKOFF_MS = 30_000

/**
 * How long to wait before attempt number `attempt` (0: the first again): as long as the server asked, if that is what failed, and
 * by chance between the least and a limit that doubles, so that clients that were cut at once do not come back at once.
 */
export function retryMs(attempt: number, { random }: Timing, error?: unknown): number {
  const { retryAfterMs = 0 } = (error ?? {}) as Partial<ProblemError> // or it has none
  const limit = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (attempt + 1))
  return retryAfterMs + MIN_BACKOFF_MS + random() * (limit - MIN_BACKOFF_MS)
}

/** Resolves after so many milliseconds; rejects with the signal's reason when it aborts. Leaves no timer. */
export function pause(ms: number, { clock }: Timing, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel()
      reject(signal.reason as Error) // whatever aborted it
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
