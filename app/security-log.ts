/** Writes down security events, each in the transaction of what it tells. */
import type { Authorization, PlainStore, RequestClient, Transaction } from '../framework/index.ts'
import type { EVENT_KINDS, securityEvent } from './resources/security-event.ts'
import type { session } from './resources/session.ts'

/** One event. */
export interface SecurityEvent {
  readonly kind: (typeof EVENT_KINDS)[number]
  /** Who did it; undefined: nobody who is known. */
  readonly actor: string | undefined
  /** To whose account it was done; undefined: to none that there is. */
  readonly subject: string | undefined
  /** Where the actor was, as far as that is known. */
  readonly address?: string | undefined
  readonly detail?: string
}

/** Writes security events. Nothing that somebody typed is in them: a name that is none may be a password in the wrong field. */
export interface SecurityLog {
  /** @param transaction that of what the event tells, so that neither is without the other */
  record(event: SecurityEvent, transaction: Transaction): Promise<void>
  /**
   * Writes down a login that has failed, or a second factor, by itself. Of those that come faster than anybody reads only the first are kept, with known
   * names and unknown ones alike, so that neither takes longer: an attack fills the log slowly, and is in it.
   */
  recordFailure(
    subject: string | undefined,
    client: RequestClient | undefined,
    kind?: 'login_failed' | 'second_factor_failed',
  ): Promise<void>
  /** Where a caller is, by what its session says of its last use. */
  addressOf(caller: Authorization, transaction: Transaction): Promise<string | undefined>
}

/** What a security log needs. */
export interface SecurityLogParts {
  readonly events: PlainStore<typeof securityEvent>
  readonly sessions: PlainStore<typeof session>
  /** Milliseconds since the epoch; default: the system's clock. */
  readonly now?: () => number
}

/** Failures that each process writes down in a minute: two in a second for a whole day are some tens of megabytes. */
export const MAX_FAILURES_PER_MINUTE = 120
const MINUTE_MS = 60_000

/** Makes a security log. */
export function createSecurityLog({
  events,
  sessions,
  now = Date.now,
}: SecurityLogParts): SecurityLog {
  let [minute, failures] = [0, 0]

  async function write(
    { kind, actor, subject, address, detail }: SecurityEvent,
    options?: { readonly transaction: Transaction },
  ): Promise<void> {
    const who = { actor_id: actor ?? null, subject_id: subject ?? null }
    const told = { address: address ?? 'unknown', detail: detail ?? null }
    await events.create({ kind, ...who, ...told }, options)
  }

  function isTooFast(): boolean {
    const current = Math.floor(now() / MINUTE_MS)
    if (current !== minute) [minute, failures] = [current, 0]
    failures += 1
    return failures > MAX_FAILURES_PER_MINUTE
  }

  return Object.freeze<SecurityLog>({
    record: (event, transaction) => write(event, { transaction }),
    async recordFailure(subject, client, kind = 'login_failed') {
      if (isTooFast()) return
      await write({ kind, actor: undefined, subject, address: client?.address })
    },
    async addressOf({ session }, transaction) {
      if (session === undefined) return undefined
      return (await sessions.read(session, { transaction }))?.item.address
    },
  })
}
