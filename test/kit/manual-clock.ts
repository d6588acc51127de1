/** A clock that a test moves. */
import type { Clock } from '../../framework/event/clock.ts'

/** A clock, and the hand that moves it. */
export interface ManualClock extends Clock {
  /** Lets time pass, and runs what is due on the way, in order. */
  advance(ms: number): void
  /** How many timers are set. */
  readonly size: number
}

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

/** Creates a clock that stands still. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  const timers = new Set<Timer>()
  let nowMs = startMs
  return {
    now: () => nowMs,
    after(ms, run) {
      const timer = { dueMs: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const endMs = nowMs + ms
      for (;;) {
        const due = [...timers].filter(({ dueMs }) => dueMs <= endMs)
        const [next] = due.sort((one, other) => one.dueMs - other.dueMs)
        if (next === undefined) break
        timers.delete(next)
        nowMs = Math.max(nowMs, next.dueMs)
        next.run()
      }
      nowMs = endMs
    },
    get size() {
      return timers.size
    },
  }
}
