/** Limits how fast something may come: a bucket that fills steadily and is drawn from. */

/** How fast, and how much at once. */
export interface TokenBucketOptions {
  readonly perSecond: number
  readonly burst: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Creates a full bucket. @returns takes one; false when it is empty */
export function createTokenBucket({ perSecond, burst, now }: TokenBucketOptions): () => boolean {
  let held = burst
  let filledAt = now()
  return () => {
    const at = now()
    // A clock that is set back fills nothing.
    held = Math.min(burst, held + (Math.max(0, at - filledAt) / 1000) * perSecond)
    filledAt = at
    if (held < 1) return false
    held -= 1
    return true
  }
}
