/** The log of all committed changes: read from the database, and followed from what the relay numbers. */

import type { Change, ChangeBatch, Cursor } from '../event/change.ts'
import type { ChangeFeed } from '../event/feed.ts'
import type { Registry } from '../resource/registry.ts'
import type { Queryable, QueryResult } from './database.ts'
import { changeReader, toEntry, type LogEntry } from './log-entry.ts'

/** The log as this process follows it. */
export interface ChangeLog extends ChangeFeed {
  /**
   * Hands on what a relay has numbered, and before it what another relay has. Calls must not overlap. When it throws, nothing was
   * lost: the next call catches up.
   */
  accept(step: LogPage): Promise<void>
  /** Hands on what the log holds that was not handed on yet, as `accept` does: also a new epoch that nobody told of. */
  readOn(): Promise<void>
}

/** Options of a log. */
export interface ChangeLogOptions {
  readonly database: Queryable
  readonly registry: Registry
  /** Told when a follower throws. The others, and later batches, still come. */
  readonly onError: (error: unknown) => void
}

/** A part of the log, as of one moment. */
export interface LogPage {
  readonly epoch: string
  /** The position of the log's last entry. */
  readonly position: number
  /** In ascending, dense positions. */
  readonly entries: readonly LogEntry[]
}

/** Most entries that are read at a time when following has fallen behind. */
const CATCH_UP_LIMIT = 500

/** Reads the log after a position. Entries that retention has deleted are missing: then the first is not the next. */
export async function readLog(database: Queryable, after: number, limit: number): Promise<LogPage> {
  const result = await database.query({
    name: 'holdfast_log_read',
    text: `select feed.epoch, feed.position as head, entry.* from holdfast_feed feed left join lateral (
      select position, resource, operation, before, after from holdfast_log
      where position > $1 order by position limit $2) entry on true
      order by entry.position`,
    values: [String(after), String(limit)],
  })
  return toPage(result)
}

function toPage({ rows }: QueryResult): LogPage {
  const [epoch, position, ...first] = rows[0] ?? []
  return {
    epoch: String(epoch),
    position: Number(position),
    entries: first[0] === null ? [] : rows.map((row) => toEntry(row.slice(2))),
  }
}

/**
 * Where the log stands. Whoever reads rows in the same snapshot, or after it, has every change up to there: an entry is numbered
 * only when its change has been committed.
 */
export async function readCursor(database: Queryable): Promise<Cursor> {
  const text = 'select epoch, position from holdfast_feed'
  const { rows } = await database.query({ name: 'holdfast_log_cursor', text, values: [] })
  const [epoch, position] = rows[0] ?? []
  return { epoch: String(epoch), position: Number(position) }
}

/** Follows the log from where it stands now. */
export async function openLog(options: ChangeLogOptions): Promise<ChangeLog> {
  const { epoch, position } = await readLog(options.database, Number.MAX_SAFE_INTEGER, 0)
  return createLog(options, { epoch, position })
}

function createLog({ database, registry, onError }: ChangeLogOptions, start: Cursor): ChangeLog {
  const toChange = changeReader(registry)
  const followers = new Set<{ readonly follow: (batch: ChangeBatch) => void }>()
  let { epoch, position } = start

  function hand(changes: readonly Change[]): void {
    const batch = Object.freeze({ epoch, changes })
    for (const { follow } of [...followers]) {
      try {
        follow(batch)
      } catch (error) {
        onError(error)
      }
    }
  }
  function handEntries(entries: readonly LogEntry[]): void {
    const news = entries.filter((entry) => entry.position > position)
    const last = news.at(-1)
    if (last === undefined) return
    position = last.position
    hand(news.map(toChange))
  }
  function begin(cursor: Cursor): void {
    ;({ epoch, position } = cursor)
    hand([])
  }
  async function catchUp(target: number): Promise<void> {
    while (position < target) {
      const page = await readLog(database, position, Math.min(CATCH_UP_LIMIT, target - position))
      if (page.entries[0]?.position === position + 1) handEntries(page.entries)
      else begin(await renewEpoch(database))
    }
  }

  /** A new epoch goes on where this process was, if it can: what ends a session has to be heard, whatever the clients read anew. */
  async function takeUp(page: LogPage): Promise<void> {
    const isNext = page.entries[0]?.position === position + 1
    if (page.epoch !== epoch) {
      begin({ epoch: page.epoch, position: isNext ? position : page.position })
    }
    if (isNext) handEntries(page.entries)
    await catchUp(page.position)
  }

  return Object.freeze({
    position: () => Object.freeze({ epoch, position }),
    follow(follower) {
      const entry = { follow: follower }
      followers.add(entry)
      return () => void followers.delete(entry)
    },
    async readOn() {
      await takeUp(await readLog(database, position, CATCH_UP_LIMIT))
    },
    async accept(step) {
      const before = step.position - step.entries.length
      if (step.epoch === epoch) await catchUp(before)
      else await takeUp(await readLog(database, position, CATCH_UP_LIMIT))
      handEntries(step.entries)
    },
    async read(after, limit) {
      const page = await readLog(database, after.position, limit)
      const reaches =
        page.epoch === after.epoch &&
        (page.entries[0]?.position ?? page.position + 1) === after.position + 1
      return reaches ? { epoch: page.epoch, changes: page.entries.map(toChange) } : undefined
    },
  } satisfies ChangeLog)
}

/** Retention has overtaken who follows here: what it missed can't be told any more, so everybody reads anew. */
async function renewEpoch(database: Queryable): Promise<Cursor> {
  const { rows } = await database.query({
    text: 'update holdfast_feed set epoch = holdfast_new_epoch() returning epoch, position',
    values: [],
  })
  const [epoch, position] = rows[0] ?? []
  return { epoch: String(epoch), position: Number(position) }
}
