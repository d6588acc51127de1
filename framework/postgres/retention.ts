/** Deletes what is kept for a time only: entries of the log, first answers to repeated requests, and counts of tries. */

import type { Queryable } from './database.ts'
import { ANSWER_RETENTION } from './idempotency.ts'
import { createWaker } from './waker.ts'

/** Who comes back after longer than this reads anew. */
const LOG_RETENTION = '24 hours'
/** Above this the oldest entries go earlier, once every durable reader has passed them. */
const MAX_LOG_ENTRIES = 1_000_000
/** Rows of one statement: it holds locks, and others wait for the connection on PGlite. */
const BATCH_SIZE = 1_000
const INTERVAL_MS = 60_000

/** From the lowest position upwards and never beyond one that is kept, so that the log has no hole. */
const DELETE_ENTRIES = `
with oldest as (
  select entry.position, entry.at < now() - interval '${LOG_RETENTION}' or (
    entry.position <= feed.position - ${String(MAX_LOG_ENTRIES)}
    and entry.position <= coalesce((select min(position) from holdfast_consumer), feed.position)
  ) as is_over
  from holdfast_log entry, holdfast_feed feed order by entry.position limit ${String(BATCH_SIZE)}
)
delete from holdfast_log where position in (
  select position from oldest
  where is_over and not exists (select from oldest kept where kept.position < oldest.position and not kept.is_over)
)`

const DELETE_ANSWERS = `
delete from holdfast_idempotency where (subject, operation, key) in (
  select subject, operation, key from holdfast_idempotency
  where created_at < now() - interval '${ANSWER_RETENTION}'
  order by created_at limit ${String(BATCH_SIZE)} for update skip locked
)`

const DELETE_LIMITS = `
delete from holdfast_limit where key in (
  select key from holdfast_limit where expires_at < now()
  order by expires_at limit ${String(BATCH_SIZE)} for update skip locked
)`

const STATEMENTS = Object.freeze({
  entries: DELETE_ENTRIES,
  answers: DELETE_ANSWERS,
  limits: DELETE_LIMITS,
})

/** Options of retention. */
export interface RetentionOptions {
  readonly database: Queryable
  /** Told when a round fails. The next one comes all the same. */
  readonly onError: (error: unknown) => void
}

/** Retention at work. Its owner closes it. */
export interface Retention {
  /** Waits for the statement under way. */
  close(): Promise<void>
}

/** Deletes what is over, once a minute. In several processes at once it does no harm. */
export function startRetention({ database, onError }: RetentionOptions): Retention {
  const closing = createWaker()
  const state = { isClosing: false }

  async function run(): Promise<void> {
    while (!state.isClosing) {
      await deleteExpired(database, () => state.isClosing).catch(onError)
      await closing.rest(INTERVAL_MS)
    }
  }

  const end = run()
  return Object.freeze({
    async close() {
      state.isClosing = true
      closing.wake()
      await end
    },
  })
}

/** Deletes everything that is over, a batch at a time. */
export async function deleteExpired(
  database: Queryable,
  isEnough: () => boolean = () => false,
): Promise<void> {
  for (const [name, text] of Object.entries(STATEMENTS)) {
    let deleted = BATCH_SIZE
    while (deleted === BATCH_SIZE && !isEnough()) {
      const statement = { name: `holdfast_retain_${name}`, text, values: [] }
      deleted = (await database.query(statement)).rowCount
    }
  }
}
