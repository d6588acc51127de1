/** Gives committed changes their positions: moves them from the outbox to the log, a batch at a time. */

import { ENTRY_COLUMNS, toEntry, type LogEntry } from './log-entry.ts'
import type { Cell, Queryable } from './database.ts'

/** What one step has done. It is committed. */
export interface RelayStep {
  readonly epoch: string
  /** Where the log stands: the position of its last entry. */
  readonly position: number
  /** The entries that this step numbered, in ascending, dense positions. */
  readonly entries: readonly LogEntry[]
  /** Whether nothing was left behind that had been committed when the step began. */
  readonly hasSwept: boolean
}

/** Most entries of one step. */
const BATCH_SIZE = 500
/** A step ends with the entry that passes this size, so that a backlog of large rows is no danger. */
const BATCH_BYTES = 8_000_000

/**
 * One statement, one commit. Per row the ids are in the order of its changes, because who changes a row waits for who changed it
 * before. Across steps the order holds too: the update of the feed's one row makes steps follow each other, and an earlier change
 * is never left behind by a step that takes a later one, since both were visible to it. That is why two relays are harmless.
 */
const STEP = `
with candidate as materialized (
  select id, sum(bytes) over (order by id) - bytes < ${String(BATCH_BYTES)} as fits
  from (
    select id, coalesce(pg_column_size(before), 0) + coalesce(pg_column_size(after), 0) as bytes
    from holdfast_outbox where id > $1 order by id limit ${String(BATCH_SIZE)}
  ) oldest
), batch as (
  delete from holdfast_outbox where id = any (array(select id from candidate where fits))
  returning id, resource, operation, before, after
), counted as (
  select count(*) as entries from batch
), head as (
  update holdfast_feed set position = position + entries from counted where entries > 0
  returning epoch, position, entries
), entry as (
  insert into holdfast_log (${ENTRY_COLUMNS}, at)
  select head.position - head.entries + row_number() over (order by batch.id),
    resource, operation, before, after, now()
  from batch, head
  returning ${ENTRY_COLUMNS}
)
select coalesce(head.epoch, feed.epoch), coalesce(head.position, feed.position), swept.has_swept,
  sequence.last, pg_snapshot_xmin(pg_current_snapshot())::text, pg_current_xact_id_if_assigned()::text,
  entry.*
from holdfast_feed feed
cross join (
  select count(*) < ${String(BATCH_SIZE)} and coalesce(bool_and(fits), true) as has_swept from candidate
) swept
cross join (
  select case when is_called then last_value else 0 end as last from holdfast_outbox_id_seq
) sequence
left join head on true
left join entry on true
order by entry.position`

/** Takes steps, one after the other. */
export interface RelaySteps {
  /** @throws UnavailableError and others of the database; what the step did is then unknown, and the next one goes on from there */
  step(): Promise<RelayStep>
}

/** How long a floor is believed: a server that was restored or failed over may give ids below it again. */
const FLOOR_MS = 60_000

/**
 * The steps of one relay.
 * @param now in milliseconds, for the age of the floor
 */
export function createRelaySteps(
  database: Queryable,
  now: () => number = () => performance.now(),
): RelaySteps {
  let floor = createFloor()
  let since = now()
  return Object.freeze({
    async step() {
      if (now() - since > FLOOR_MS) {
        floor = createFloor()
        since = now()
      }
      const values = [String(floor.value())]
      const { rows } = await database.query({ name: 'holdfast_relay', text: STEP, values })
      const [epoch, position, hasSwept, last, xmin, xid, ...entry] = rows[0] ?? []
      const isEmpty = entry[0] === null
      floor.learn({
        last: toBigInt(last),
        xmin: toBigInt(xmin),
        xid: isEmpty ? undefined : toBigInt(xid),
        hasSwept: hasSwept === true,
      })
      return {
        epoch: String(epoch),
        position: Number(position),
        entries: isEmpty ? [] : rows.map((row) => toEntry(row.slice(ENTRY_OFFSET))),
        hasSwept: hasSwept === true,
      }
    },
  })
}

const ENTRY_OFFSET = 6
const toBigInt = (cell: Cell): bigint => BigInt(String(cell))

/** What a step saw: the last id that was given out, and which transactions had ended. */
interface Sight {
  readonly last: bigint
  /** All transactions below have ended. */
  readonly xmin: bigint
  /** The step's own transaction; undefined when it moved nothing. */
  readonly xid: bigint | undefined
  readonly hasSwept: boolean
}

interface Floor {
  /** No entry at or below is in the outbox, or ever will be. */
  value(): bigint
  learn(sight: Sight): void
}

/**
 * Lets steps begin behind what is done: rows that are deleted, and can't be removed while a snapshot elsewhere is open, would slow
 * them more and more. A transaction has its number before it takes an id. So those that took the ids up to `last` are all below the
 * number of a later step's own transaction (the `xmax` of a snapshot would not do: it is only above those that have ended). When a
 * step still later sees that everything below that number has ended, and sweeps, nothing is left up to `last`.
 */
function createFloor(): Floor {
  let value = 0n
  let next: { readonly last: bigint; readonly above?: bigint } | undefined
  return {
    value: () => value,
    learn({ last, xmin, xid, hasSwept }) {
      if (next === undefined) next = { last }
      else if (next.above === undefined) next = xid === undefined ? next : { ...next, above: xid }
      else if (hasSwept && xmin >= next.above) {
        value = next.last
        next = undefined
      }
    },
  }
}
