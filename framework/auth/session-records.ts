/**
 * What sessions need of wherever they are recorded. `test/contracts/session-records.ts` holds every
 * implementation to it.
 */

import type { RequestClient } from '../security/request-client.ts'

/** One open session. It holds digests alone: who reads it can't refresh. */
export interface SessionRecord {
  /** The `sid` of the session's access tokens. */
  readonly id: string
  readonly subject: string
  /**
   * The digest of the secret that all refresh tokens of the session share; no two sessions have the
   * same.
   */
  readonly familyDigest: string
  /** The digest of the one refresh token that may still be spent. */
  readonly digest: string
  /** When the session ends unless it is refreshed, in milliseconds since the epoch. */
  readonly expiresAtMs: number
}

/** The turn from one refresh token to the next. */
export interface SessionRotation {
  readonly id: string
  /** The digest that is spent. */
  readonly digest: string
  readonly nextDigest: string
  readonly expiresAtMs: number
  /** Who brought it; undefined where that is not known. */
  readonly client: RequestClient | undefined
}

/** Why a session ends: its owner has left; its time is over; a refresh token came again; its subject may not go on. */
export type EndReason = 'closed' | 'expired' | 'reused' | 'refused'

/** How a session ends. */
export interface SessionEnd {
  readonly reason: EndReason
  /** Who has brought it about; undefined where that is not known. */
  readonly client: RequestClient | undefined
}

/**
 * Records of sessions. What was written is seen by every later call on every server: no replica, no
 * cache.
 */
export interface SessionRecords {
  /**
   * Adds a session. It can be found when the promise is fulfilled.
   * @param client who opens it, for its owner to know it by; undefined where that is not known
   */
  insert(record: SessionRecord, client: RequestClient | undefined): Promise<void>
  /** Finds the session of a family, expired or not. */
  findByFamily(familyDigest: string): Promise<SessionRecord | undefined>
  /**
   * Puts `nextDigest` and `expiresAtMs` in place of what the session has, if its digest is still
   * `digest`, in one atomic step: of all who bring the same digest, on all servers, one is answered
   * true.
   */
  rotate(rotation: SessionRotation): Promise<boolean>
  /** Ends a session. Answers whether it was there. */
  remove(id: string, end: SessionEnd): Promise<boolean>
  /**
   * Says whether a session is there and expires after `nowMs`. Any text may be asked for; what is
   * no id is not open.
   */
  isOpen(id: string, nowMs: number): Promise<boolean>
}
