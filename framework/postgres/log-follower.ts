/** Keeps the log of this process up with the database, whoever numbers the changes: it is told, and it looks by itself. */
import { createAttempts } from './attempts.ts'
import type { ChangeLog, LogPage } from './log.ts'
import { createWaker } from './waker.ts'

/** Options of following. */
export interface LogFollowerOptions {
  readonly log: Pick<ChangeLog, 'position' | 'accept' | 'readOn'>
  /** How long it rests when nobody tells anything, in milliseconds; Infinity: it looks only when it is asked to. */
  readonly pollMs: () => number
  /** Told of each failure that is not the same as the one before. It tries again by itself. */
  readonly onError: (error: unknown) => void
}

/** Following at work. Its owner closes it. */
export interface LogFollower {
  /** Takes what this process has numbered. Resolves when it was handed on; when it rejects, it comes with what is next. */
  accept(step: LogPage): Promise<void>
  /** Takes what another process says it has numbered. It may come late, twice, or not at all. */
  hear(message: LogPage): void
  /** Looks into the log now: something may have been missed. */
  look(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** More messages than this do not wait for each other: what they say is read from the log. */
const MAX_WAITING = 16
/** The longest rest of a timer that never minds. */
const LONG_MS = 3_600_000

/** Starts to follow. */
export function followLog({ log, pollMs, onError }: LogFollowerOptions): LogFollower {
  const attempts = createAttempts(onError)
  const news = createWaker()
  const closing = createWaker()
  let work: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let hasClosed = false
  const isClosing = (): boolean => hasClosed

  /** One after the other, whoever asks. */
  function inTurn(run: () => Promise<void>): Promise<void> {
    waiting += 1
    const done = work.then(run).finally(() => (waiting -= 1))
    work = done.catch(() => undefined)
    return done
  }
  function isOld({ epoch, position }: LogPage): boolean {
    const place = log.position()
    return epoch === place.epoch && position <= place.position
  }
  function isNext({ epoch, position, entries }: LogPage): boolean {
    const place = log.position()
    return epoch === place.epoch && position - entries.length <= place.position
  }
  async function take(message: LogPage): Promise<void> {
    if (isOld(message)) return
    if (isNext(message)) await log.accept(message)
    else news.wake()
  }
  async function run(): Promise<void> {
    while (!isClosing()) {
      await news.rest(Math.min(pollMs(), LONG_MS))
      if (isClosing()) return
      try {
        await inTurn(log.readOn)
        attempts.succeeded()
      } catch (error) {
        await closing.rest(attempts.failed(error))
        news.wake()
      }
    }
  }

  const end = run()
  return Object.freeze<LogFollower>({
    accept: (step) => inTurn(() => log.accept(step)),
    hear(message) {
      if (hasClosed || isOld(message)) return
      if (waiting >= MAX_WAITING) news.wake()
      else inTurn(() => take(message)).catch(news.wake)
    },
    look: news.wake,
    async close() {
      hasClosed = true
      news.wake()
      closing.wake()
      await end
      await work
    },
  })
}
