/** Ends all sockets of a server that stops, in bounded time. */
import type { Session } from './session.ts'
import { CLOSE_CODES, type SocketLimits } from './socket-limits.ts'

/** Most sockets that are closed at the same moment, while there is time. */
const CLOSES_PER_MS = 1

/**
 * Closes every session, spread out, once its calls in flight are answered or had their time, and waits until all are gone. One that
 * does not answer its close is cut by ws after `closeSeconds`, so a reader that never reads can't hold up the end.
 */
export async function closeSessions(
  sessions: ReadonlySet<Session>,
  limits: Pick<SocketLimits, 'shutdownSeconds' | 'finishSeconds'>,
): Promise<void> {
  const spreadMs = Math.min(sessions.size / CLOSES_PER_MS, limits.shutdownSeconds * 1000)
  const steps = [...sessions].map((session, index, { length }) => {
    setTimeout(() => void session.finish(CLOSE_CODES.restart), (spreadMs * index) / length)
    return session.closed
  })
  // For readers that never read, and calls that never end.
  const cut = setTimeout(() => {
    for (const session of sessions) session.close(CLOSE_CODES.restart)
  }, limits.finishSeconds * 1000)
  await Promise.all(steps)
  clearTimeout(cut)
}
