/** Durable readers of the log: each change is handled once, in order, also when the process was away. */

import { InternalError } from '../errors.ts'
import type { Change } from '../event/change.ts'
import type { ChangeFeed } from '../event/feed.ts'
import type { Registry } from '../resource/registry.ts'
import type { Transaction } from '../store/store.ts'
import type { Queryable } from './database.ts'
import { changeReader } from './log-entry.ts'
import { readLog } from './log.ts'
import type { StoreTransactions } from './transactions.ts'
import { createWaker } from './waker.ts'

/** Options of a consumer. */
export interface ConsumerOptions {
  readonly database: Queryable
  readonly transactions: StoreTransactions
  readonly registry: Registry
  /** Says that there may be something to read. */
  readonly feed: Pick<ChangeFeed, 'follow'>
  /** Under which its place is kept. Processes that use the same name share the work. */
  readonly name: string
  /** The changes that it handles; the others are passed over. */
  readonly isWanted: (change: Change) => boolean
  /**
   * Handles one change in the transaction that also keeps the place, so what it writes there is written exactly once. Anything else
   * it does may be done again: after a crash, and after a failure, when it is tried again until it succeeds. It may rest at most
   * five seconds between two statements.
   */
  readonly handle: (change: Change, transaction: Transaction) => Promise<void>
  /** Told of each failure, and of changes that retention has deleted before they were handled. */
  readonly onError: (error: unknown) => void
}

/** A consumer at work. Its owner closes it. */
export interface Consumer {
  /** Waits for the change under way. */
  close(): Promise<void>
}

const PAGE_SIZE = 100
/** The net below `feed.follow`. */
const POLL_MS = 5_000
const FIRST_RETRY_MS = 100
const MAX_RETRY_MS = 60_000

/** Starts a consumer: a new one with the next change, a known one behind the last change that it handled. */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { database, feed, name, onError } = options
  const news = createWaker()
  const closing = createWaker()
  const state = { isClosing: false }
  const readOn = createReader(options, () => state.isClosing)
  let failures = 0

  async function run(): Promise<void> {
    while (!state.isClosing) {
      try {
        const hasMore = await readOn()
        failures = 0
        if (!hasMore) await news.rest(POLL_MS)
      } catch (error) {
        onError(error)
        await closing.rest(Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS))
        failures += 1
      }
    }
  }

  await createPlace(database, name)
  const unfollow = feed.follow(news.wake)
  const end = run()
  return Object.freeze({
    async close() {
      unfollow()
      state.isClosing = true
      news.wake()
      closing.wake()
      await end
    },
  })
}

/** Makes what reads one page of the log and handles what is wanted of it; it tells whether there may be more. */
function createReader(options: ConsumerOptions, isClosing: () => boolean): () => Promise<boolean> {
  const { database, transactions, registry, name, isWanted, handle, onError } = options
  const toChange = changeReader(registry)

  /** @returns false when another process has come so far already, or is at it */
  function handleOne(change: Change, place: number): Promise<boolean> {
    return transactions.transaction(async (transaction) => {
      const step = { name, from: place, to: change.position }
      if (!(await movePlace(transactions.queryable(transaction), step))) return false
      await handle(change, transaction)
      return true
    })
  }

  return async () => {
    const start = await readPlace(database, name)
    const { entries, position } = await readLog(database, start, PAGE_SIZE)
    const [first] = entries
    const last = entries.at(-1)
    if (first === undefined || last === undefined) return false
    if (first.position !== start + 1) onError(toGapError(name, start + 1, first.position - 1))
    let place = start
    for (const change of entries.map(toChange).filter(isWanted)) {
      if (isClosing()) return false
      // The other one goes on from there.
      if (!(await handleOne(change, place))) return false
      place = change.position
    }
    if (place < last.position) await movePlace(database, { name, from: place, to: last.position })
    return last.position < position
  }
}

/** Looks first: the insert alone would wait for a process that is just moving the place. */
async function createPlace(database: Queryable, name: string): Promise<void> {
  await database.query({
    text: `insert into holdfast_consumer (name, position) select $1, position from holdfast_feed
      where not exists (select from holdfast_consumer where name = $1)
      on conflict (name) do nothing`,
    values: [name],
  })
}

async function readPlace(database: Queryable, name: string): Promise<number> {
  const text = 'select position from holdfast_consumer where name = $1'
  const { rows } = await database.query({ name: 'holdfast_place_read', text, values: [name] })
  if (rows[0] === undefined) throw new InternalError(`The place of the consumer ${name} is gone.`)
  return Number(rows[0][0])
}

interface PlaceStep {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** @returns false when the place is not where it was thought to be, or another process handles the same change. */
async function movePlace(queryable: Queryable, { name, from, to }: PlaceStep): Promise<boolean> {
  const { rowCount } = await queryable.query({
    name: 'holdfast_place_move',
    text: `update holdfast_consumer set position = $3 where name = (
      select name from holdfast_consumer where name = $1 and position = $2 for update skip locked)`,
    values: [name, String(from), String(to)],
  })
  return rowCount === 1
}

function toGapError(name: string, from: number, to: number): InternalError {
  return new InternalError(
    `The consumer ${name} has missed the changes ${String(from)} to ${String(to)}: they were not handled within the log's retention.`,
  )
}
