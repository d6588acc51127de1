/** A change feed whose log is written by a test. */
import type { Change, ChangeBatch, Cursor } from '../../framework/event/change.ts'
import type { ChangeFeed } from '../../framework/event/feed.ts'

/** A change as tests write it: its position is the next. */
export type ScriptedChange = Omit<Change, 'position' | 'before' | 'after'> &
  Partial<Pick<Change, 'before' | 'after'>>

/** A feed, and what a test does to it. */
export interface ScriptedFeed extends ChangeFeed {
  /** Writes changes into the log, and hands them to the followers as one batch. */
  commit(...changes: readonly ScriptedChange[]): void
  /** Writes changes into the log, and keeps them from the followers until `deliver`. */
  log(...changes: readonly ScriptedChange[]): void
  deliver(): void
  /** The log begins anew. */
  restart(epoch: string): void
  /** The log forgets everything up to a position. */
  forget(position: number): void
  /** What `read` runs into before it answers: something that fails, or waits. */
  beforeRead: () => Promise<void>
  /** How many times the log was read. */
  readonly reads: number
}

/** Creates a feed with an empty log. */
export function createScriptedFeed(): ScriptedFeed {
  const followers = new Set<(batch: ChangeBatch) => void>()
  let epoch = 'e1'
  let changes: Change[] = []
  let written = 0
  let handed = 0
  let forgotten = 0
  let reads = 0

  function log(...scripted: readonly ScriptedChange[]): void {
    for (const change of scripted) {
      written += 1
      changes.push({ before: undefined, after: undefined, ...change, position: written })
    }
  }

  function deliver(): void {
    const batch = { epoch, changes: changes.filter(({ position }) => position > handed) }
    handed = written
    for (const follower of followers) follower(batch)
  }

  const feed: ScriptedFeed = {
    log,
    deliver,
    commit(...scripted) {
      log(...scripted)
      deliver()
    },
    restart(next) {
      epoch = next
      changes = []
      written = 0
      handed = 0
      forgotten = 0
    },
    forget(position) {
      forgotten = position
    },
    beforeRead: () => Promise.resolve(),
    get reads() {
      return reads
    },
    position: () => ({ epoch, position: handed }),
    follow(follower) {
      followers.add(follower)
      return () => followers.delete(follower)
    },
    async read(after: Cursor, limit: number) {
      reads += 1
      await feed.beforeRead()
      if (after.epoch !== epoch || after.position < forgotten) return undefined
      const found = changes.filter(({ position }) => position > after.position).slice(0, limit)
      return { epoch, changes: found }
    },
  }
  return feed
}
