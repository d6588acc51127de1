/** Notices when the other end of a socket is silent. */
import type { Clock } from '../event/clock.ts'

/** The server's own pings come every 25 s and browsers hide them; ten seconds later we ask ourselves. */
const ASK_EVERY_MS = 35_000
/** How long an opening, or a sign of life, may take. */
const DEADLINE_MS = 10_000

/** What {@link createWatchdog} needs. */
export interface WatchdogOptions {
  readonly clock: Clock
  /** Asks for a sign of life. */
  readonly ask: () => void
  /** None came in time. */
  readonly onSilent: () => void
}

/** Watches one socket. */
export interface Watchdog {
  /** It is open: from now on it is asked now and then. */
  start(): void
  /** Something came. */
  heard(): void
  /** Asks now. */
  probe(): void
  stop(): void
}

/** Waits for a socket to open; silence is told also when it never does. */
export function createWatchdog({ clock, ask, onSilent }: WatchdogOptions): Watchdog {
  let isStarted = false
  let isAsking = false
  let cancel = clock.after(DEADLINE_MS, onSilent)

  function rest(): void {
    isAsking = false
    cancel()
    cancel = clock.after(ASK_EVERY_MS, probe)
  }

  function probe(): void {
    if (!isStarted || isAsking) return
    isAsking = true
    cancel()
    cancel = clock.after(DEADLINE_MS, onSilent)
    ask()
  }

  return {
    start() {
      isStarted = true
      rest()
    },
    heard() {
      if (isAsking) rest()
    },
    probe,
    stop() {
      isStarted = false
      cancel()
    },
  }
}
