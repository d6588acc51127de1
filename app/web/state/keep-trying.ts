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
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

/** Whether the server can't be reached, or what it needs is away. */
function isAway(error: unknown): boolean {
  return error instanceof ProblemError && [0, 502, 503, 504].includes(error.status)
}
