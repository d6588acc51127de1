/** Who is in a channel: entered, kept up to date, and entered again when the socket breaks. */
import type { Connection, Membership } from './connection.ts'
import { problemIn, textIn, type ServerFrame } from './frame.ts'
import { isPassing, refusal, type ProblemError } from './problem-error.ts'
import { retryMs, type Timing } from './timing.ts'

/** What somebody tells of itself in a channel. */
export type Meta = Readonly<Record<string, unknown>>

/** One socket in one channel. Devices of one user are entries with one subject. */
export interface PresenceEntry {
  readonly key: string
  /** The id of the user. */
  readonly subject: string
  readonly meta: Meta
}

/** How to enter a channel. */
export interface PresenceOptions {
  /** What others see; without it the client watches, and is not seen. */
  readonly meta?: Meta | undefined
  /** Why it has ended; without it the client's `onError` is told. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A place in a channel. */
export interface Presence {
  /** As it is now; empty until it is known, while the socket is broken, and at the end. Each change makes a new array. */
  readonly entries: readonly PresenceEntry[]
  /** Tells something else from now on, or nothing and is not seen; `ttlSeconds`: for that long, as of typing. */
  tell(meta: Meta | undefined, options?: { readonly ttlSeconds?: number }): void
  close(): void
}

/** What presence needs. */
export interface PresenceParts {
  readonly connection: Connection
  readonly timing: Timing
}

/** What is told. */
export interface PresenceListener {
  onEntries(entries: readonly PresenceEntry[]): void
  /** It is over; without an error because the client was closed. */
  onEnd(error: ProblemError | undefined): void
}

/** Enters a channel. */
export function enterChannel(
  { connection, timing }: PresenceParts,
  { channel, meta }: { readonly channel: string; readonly meta: Meta | undefined },
  listener: PresenceListener,
): Presence {
  let own = meta
  let known = new Map<string, PresenceEntry>()
  let entries: readonly PresenceEntry[] = []
  let membership: Membership | undefined
  let refusals = 0
  let cancel = (): void => undefined

  function track(ttlSeconds?: number, told: Meta | undefined = own): void {
    membership?.send('Track', { channel, meta: told ?? null, ttl: ttlSeconds })
  }

  function show(now = known): void {
    known = now
    entries = Object.freeze([...known.values()])
    listener.onEntries(entries)
  }

  function take({ payload }: ServerFrame): void {
    refusals = 0
    const { state, joins = [], leaves = [] } = payload as Changes // as its documents say
    if (state !== undefined) known = mapOf(state)
    for (const entry of joins) known.set(entry.key, entry)
    for (const { key } of leaves) known.delete(key)
    show()
  }

  function leave(): void {
    cancel()
    membership?.leave()
    membership = undefined
  }

  function end(error: ProblemError | undefined): void {
    leave()
    if (error !== undefined) show(new Map())
    listener.onEnd(error)
  }

  function refused(error: ProblemError): void {
    if (isPassing(error) || error.status === 429) {
      cancel = timing.clock.after(retryMs(refusals++, timing, error), track)
    } else end(error)
  }

  connection.join((joined) => {
    membership = joined
    return {
      onReady: () => track(),
      onFrame(frame) {
        if (frame.type === 'Presence') take(frame)
        else if (frame.type === 'Error') refused(problemIn(frame))
        else if (frame.type === 'Unsubscribed') end(endOf(frame))
      },
      onBroken() {
        cancel()
        show(new Map())
      },
      onFailed: end,
    }
  })
  return {
    get entries() {
      return entries
    },
    tell(told, { ttlSeconds } = {}) {
      if (ttlSeconds === undefined) own = told
      track(ttlSeconds, told)
    },
    close() {
      membership?.send('Unsubscribe')
      leave()
    },
  }
}

interface Changes {
  readonly state?: readonly PresenceEntry[]
  readonly joins?: readonly PresenceEntry[]
  readonly leaves?: readonly Pick<PresenceEntry, 'key'>[]
}

function mapOf(entries: readonly PresenceEntry[]): Map<string, PresenceEntry> {
  return new Map(entries.map((entry) => [entry.key, entry]))
}

function endOf(frame: ServerFrame): ProblemError {
  const isForbidden = textIn(frame, 'reason') === 'forbidden'
  return isForbidden ? refusal(403, 'Not allowed') : refusal(404, 'Gone')
}
