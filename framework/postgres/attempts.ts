/** How a loop that must go on takes its failures: it tells each new one once, and rests longer from one to the next. */

const FIRST_RETRY_MS = 50
const MAX_RETRY_MS = 1_000

/** The attempts of one loop. */
export interface Attempts {
  succeeded(): void
  /** @returns how long to rest before the next attempt, in milliseconds */
  failed(error: unknown): number
}

/** Attempts of which none has failed yet. @param onError told of each failure that is not the same as the one before */
export function createAttempts(onError: (error: unknown) => void): Attempts {
  let failures = 0
  let lastMessage: string | undefined
  return Object.freeze<Attempts>({
    succeeded() {
      failures = 0
      lastMessage = undefined
    },
    failed(error) {
      if (String(error) !== lastMessage) onError(error)
      lastMessage = String(error)
      failures += 1
      return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS)
    },
  })
}
