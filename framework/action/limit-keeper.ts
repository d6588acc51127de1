/** The contract of what counts tries, for all processes that share it. */
import type { Rate } from './limit.ts'

/** How a bucket of tries fills again. */
export interface Bucket extends Rate {
  /** Absent: who has used it up waits until a try has come back. */
  readonly longestStallSeconds?: number
}

/** What came of taking one. */
export interface Taken {
  /** 0: one was taken. Above: none was, and one can be had after so long, unless another takes it. */
  readonly waitSeconds: number
  /** Whether somebody was trusted under the key, and the time for that is not over. */
  readonly isKnown: boolean
}

/**
 * Counts tries by keys, each apart from the others and at once for everybody. Not a part of any transaction: what was tried stays
 * counted although it fails.
 */
export interface LimitKeeper {
  /** Takes one try from the bucket of a key; one that nobody has taken from is full. @throws UnavailableError */
  take(key: string, bucket: Bucket): Promise<Taken>
  /** Gives one back. @throws UnavailableError */
  giveBack(key: string): Promise<void>
  /** Fills the bucket of a key, and lets it be known for so long. @throws UnavailableError */
  trust(key: string, seconds: number): Promise<void>
}
