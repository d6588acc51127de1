/** What a view can't do without is tried again while the server is away. */
import { ProblemError } from '../../../framework/client/index.ts'

const AGAIN_MS = 3_000

/** Does it until the server answers, or nobody waits for it any more. @throws what else goes wrong */
export async function keepTrying(act: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await act()
      return
    } catch (error) {
      if (!isAway(error)) throw error
      await rest(Math.max(AGAIN_MS, error.retryAfterMs ?? 0))
    }
  }
}

/** Loads a part of the page, as often as it takes. @throws why it failed, when nobody wants it any more */
export async function keepLoading<T>(load: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch (error) {
      if (!isWanted()) throw error
      await rest(AGAIN_MS)
    }
  }
}

/** Whether it may go better in a while: the server can't be reached, is in trouble, or asks to wait. */
export function isAway(error: unknown): error is ProblemError {
  if (!(error instanceof ProblemError)) return false
  return error.status === 0 || error.status === 429 || error.status >= 500
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
