/** Time, passed in so that tests can move it. */

/** A clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs once, after so many milliseconds at the earliest. @returns calls it off */
  after(ms: number, run: () => void): () => void
}

/** `setTimeout` turns a longer delay into none. */
const MAX_DELAY_MS = 2_147_483_647

/** The clock of the machine. Its timers don't keep the process alive. */
export const SYSTEM_CLOCK: Clock = Object.freeze({
  now: () => Date.now(),
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, Math.min(ms, MAX_DELAY_MS)).unref()
    return () => clearTimeout(timer)
  },
})

/** Runs again and again, each time so many milliseconds after the last. @returns ends it */
export function repeat(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = clock.after(ms, beat)
  function beat(): void {
    cancel = clock.after(ms, beat)
    run()
  }
  return () => cancel()
}
