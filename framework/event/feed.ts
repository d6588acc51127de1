/** Where the hub and triggers get changes from: the log of the database, however it reaches this process. */
import type { ChangeBatch, Cursor } from './change.ts'

/** Committed changes, each once, in the order of the log, without gap from the moment of following. */
export interface ChangeFeed {
  /** Where the feed stands: everything up to here has been handed to the followers. */
  position(): Cursor
  /**
   * Hands every later batch to `follower`, one after another. An epoch other than the last one means that the log began anew.
   * @returns ends the following
   */
  follow(follower: (batch: ChangeBatch) => void): () => void
  /** At most `limit` changes after a place, from the log itself; undefined when the log does not reach back so far. */
  read(after: Cursor, limit: number): Promise<ChangeBatch | undefined>
}
