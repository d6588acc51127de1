/** A clock for what waits and tries again: short waits are over at once, long ones when a test says so. */
import { createManualClock, type ManualClock } from './manual-clock.ts'

/** Creates the clock. @param shortMs waits up to this are over at once */
export function createEagerClock(shortMs = 1000): ManualClock {
  const manual = createManualClock()
  return {
    ...manual,
    after(ms, run) {
      if (ms > shortMs) return manual.after(ms, run)
      const immediate = setImmediate(run)
      return () => clearImmediate(immediate)
    },
    get size() {
      return manual.size
    },
  }
}
