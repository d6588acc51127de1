/** The loop that numbers committed changes, soon after they are committed and whatever happens in between. */

import { createAttempts } from './attempts.ts'
import type { Queryable } from './database.ts'
import { createRelaySteps, type RelayStep } from './relay-step.ts'
import { createWaker } from './waker.ts'

/** Options of a relay. */
export interface RelayOptions {
  readonly database: Queryable
  /** Takes what a step has numbered; the next step waits for it. When it throws, it has to catch up by itself later. */
  readonly deliver: (step: RelayStep) => void | Promise<void>
  /** How long it rests when nobody pokes, in milliseconds. */
  readonly pollMs: () => number
  /** Told of each failure that is not the same as the one before. The relay tries again by itself. */
  readonly onError: (error: unknown) => void
}

/** A relay at work. Others beside it, here or in other processes, do no harm. Its owner closes it. */
export interface Relay {
  /** Says that something was committed. Without it the relay notices when it looks by itself. */
  poke(): void
  /** Waits for the step under way. Afterwards nothing is delivered. */
  close(): Promise<void>
}

/** The least rest between two steps: each costs a commit, however many changes it takes. */
const MIN_PAUSE_MS = 10

/** Starts a relay. Its first step comes at once, for what was committed and not numbered before a crash. */
export function startRelay({ database, deliver, pollMs, onError }: RelayOptions): Relay {
  const steps = createRelaySteps(database)
  const pokes = createWaker()
  const closing = createWaker()
  let isClosing = false
  const attempts = createAttempts(onError)

  /** @returns how long to rest at least, and at most */
  async function step(): Promise<readonly [least: number, most: number]> {
    try {
      const done = await steps.step()
      await deliver(done)
      attempts.succeeded()
      return [MIN_PAUSE_MS, done.hasSwept ? pollMs() : 0]
    } catch (error) {
      return [attempts.failed(error), 0]
    }
  }
  async function run(): Promise<void> {
    while (!isClosing) {
      const [least, most] = await step()
      await closing.rest(least)
      if (most > 0) await pokes.rest(most)
    }
  }

  // The loop keeps this context, not that of whoever pokes, which may be the work of a transaction.
  const end = run()
  return Object.freeze({
    poke: pokes.wake,
    async close() {
      isClosing = true
      closing.wake()
      pokes.wake()
      await end
    },
  })
}
