/** Jobs that clean up again and again: one that fails for good misses its time alone. */
import { cron, job } from '../../framework/index.ts'

/**
 * Declares one.
 * @param times a cron expression of five parts, in UTC
 */
export function cleanUpJob<const N extends string>(
  name: N,
  times: string,
  run: () => Promise<void>,
) {
  return job(name, {
    triggers: [cron(times)],
    // What is left has its next time.
    retries: { count: 3, firstRestSeconds: 60 },
    timeoutSeconds: 600,
    concurrency: 1,
    run,
  })
}
