/** Sends frames no faster than the server takes them: who is too fast is cut. */
import type { Clock } from '../event/clock.ts'

/** Frames of one second; below what the server takes. */
const FRAMES_PER_SECOND = 40

/** Sends at a pace. */
export interface Pace {
  send(text: string): void
  /** Forgets what waits. */
  close(): void
}

/** Makes the pace of one socket. */
export function createPace(clock: Clock, send: (text: string) => void): Pace {
  const waiting: string[] = []
  let sent = 0
  let cancel: (() => void) | undefined

  function flush(): void {
    while (sent < FRAMES_PER_SECOND) {
      const text = waiting.shift()
      if (text === undefined) break
      sent += 1
      send(text)
    }
    if (sent > 0) cancel ??= clock.after(1000, nextSecond)
  }

  function nextSecond(): void {
    cancel = undefined
    sent = 0
    flush()
  }

  return {
    send(text) {
      waiting.push(text)
      flush()
    },
    close() {
      cancel?.()
      sent = FRAMES_PER_SECOND
      waiting.length = 0
    },
  }
}
