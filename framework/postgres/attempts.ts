/** How a loop that must go on takes its failures: it tells each new one once, and rests longer from one to the next. */

/** Options of attempts. */
export interface AttemptsOptions {
  /** Told of each failure that is not the same as the one before. */
  readonly onError: (error: unknown) => void
  readonly firstRetryMs: number
  readonly maxRetryMs: number
}

/** The attempts of one loop. */
export interface Attempts {
  succeeded(): void
  /** @returns how long to rest before the next attempt, in milliseconds */
  failed(error: unknown): number
}

/** Attempts of which none has failed yet. */
export function createAttempts({ onError, firstRetryMs, maxRetryMs }: AttemptsOptions): Attempts {
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
      return Math.min(firstRetryMs * 2 ** (failures - 1), maxRetryMs)
    },
  })
}
