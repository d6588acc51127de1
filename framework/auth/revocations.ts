/** Remembers what was revoked for as long as a token issued before could still be good. */

/** What is revoked of each name: tokens issued up to a time. */
export interface Revocations {
  /**
   * Revokes what was issued for `name` up to `untilSeconds` (since the epoch, fractions count). A
   * later time wins.
   */
  revoke(name: string, untilSeconds: number): void
  /** Says whether a token issued for `name` at `issuedAtSeconds` is revoked. */
  isRevoked(name: string, issuedAtSeconds: number): boolean
  /** How many names are remembered. */
  readonly size: number
}

/** What {@link createRevocations} needs. */
export interface RevocationsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How long after its issue a token can be good at most. */
  readonly tokenLifetimeSeconds: number
  /** How many names are remembered at most. */
  readonly limit: number
}

interface Revocation {
  readonly untilSeconds: number
  readonly madeAtSeconds: number
}

/**
 * Creates an empty memory of revocations. When it is full, it does not forget: for the oldest entry
 * that has to go, everything issued before that entry was made is revoked, whatever its name:
 * strangers refresh early, nobody revoked gets in.
 */
export function createRevocations(options: RevocationsOptions): Revocations {
  const { now, tokenLifetimeSeconds, limit } = options
  const revocations = new Map<string, Revocation>()
  let floorSeconds = -Infinity

  function dropOldest(atSeconds: number): void {
    for (const [name, { untilSeconds, madeAtSeconds }] of revocations) {
      const isOver = untilSeconds + tokenLifetimeSeconds < atSeconds
      if (!isOver && revocations.size < limit) return
      if (!isOver) floorSeconds = Math.max(floorSeconds, Math.min(untilSeconds, madeAtSeconds))
      revocations.delete(name)
    }
  }

  return Object.freeze({
    revoke(name: string, untilSeconds: number) {
      const madeAtSeconds = now() / 1000
      const earlier = revocations.get(name)?.untilSeconds ?? -Infinity
      // Deleted first, so that the order of the map is the order of making.
      revocations.delete(name)
      dropOldest(madeAtSeconds)
      revocations.set(name, { untilSeconds: Math.max(earlier, untilSeconds), madeAtSeconds })
    },
    isRevoked(name: string, issuedAtSeconds: number) {
      if (issuedAtSeconds <= floorSeconds) return true
      const revocation = revocations.get(name)
      return revocation !== undefined && issuedAtSeconds <= revocation.untilSeconds
    },
    get size() {
      return revocations.size
    },
  })
}
