/** Transactions that stores take part in. */
import { InternalError } from '../errors.ts'
import type { Transaction, Transactions } from '../store/store.ts'
import { formatCursor } from '../event/change.ts'
import type { Database, Queryable, TransactionOptions } from './database.ts'
import { readCursor } from './log.ts'

/** Transactions, and what stores need of them. */
export interface StoreTransactions extends Transactions {
  /** What runs the statements of an operation. @throws InternalError for a transaction of another database */
  queryable(transaction: Transaction | undefined): Queryable
  /** The same for SQL of which only its author knows whether it writes: as if all of it did. */
  writing(transaction: Transaction): Queryable
  /** Told by each operation that has written. */
  noteWrite(transaction: Transaction | undefined): void
  /** Runs `tell` when the transaction has committed, once however often it was asked for; at once when there is none. */
  afterCommit(transaction: Transaction | undefined, tell: () => void): void
}

/** One moment for all of its statements. */
const SNAPSHOT: TransactionOptions = Object.freeze({
  isolation: 'repeatable read',
  isReadOnly: true,
})

/** Names of one hash wait for each other without need, which is rare and harmless. */
const LOCK = 'select pg_advisory_xact_lock(hashtextextended(cast($1 as text), 0))'

interface OpenTransaction {
  readonly queryable: Queryable
  hasWritten: boolean
  savepoints: number
  /** What to do after the commit. */
  readonly tells: Set<() => void>
}

/** In one order, so that no two wait for each other. */
async function lock(names: readonly string[], queryable: Queryable): Promise<void> {
  for (const name of [...new Set(names)].toSorted()) {
    await queryable.query({ text: LOCK, values: [name] })
  }
}

/**
 * The transactions of a database.
 * @param onWrite called after each commit of something written
 */
export function createTransactions(database: Database, onWrite: () => void): StoreTransactions {
  const open = new WeakMap<Transaction, OpenTransaction>()
  const find = (transaction: Transaction): OpenTransaction => {
    const found = open.get(transaction)
    if (found !== undefined) return found
    throw new InternalError('The transaction is not one of this database.')
  }

  async function begin<T>(
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const [result, { hasWritten, tells }] = await database.transaction(async (queryable) => {
      const transaction: Transaction = Object.freeze({})
      const state: OpenTransaction = {
        queryable,
        hasWritten: false,
        savepoints: 0,
        tells: new Set(),
      }
      open.set(transaction, state)
      return [await work(transaction), state] as const
    }, options)
    if (hasWritten) onWrite()
    for (const tell of tells) tell()
    return result
  }
  async function nest<T>(
    work: (transaction: Transaction) => Promise<T>,
    within: Transaction,
  ): Promise<T> {
    const state = find(within)
    state.savepoints += 1
    const name = `part_${String(state.savepoints)}`
    const run = (text: string) => state.queryable.query({ text, values: [] })
    await run(`savepoint ${name}`)
    try {
      const result = await work(within)
      await run(`release savepoint ${name}`)
      return result
    } catch (error) {
      await run(`rollback to savepoint ${name}`)
      throw error
    }
  }

  return Object.freeze<StoreTransactions>({
    transaction: (work, within) => (within === undefined ? begin(work) : nest(work, within)),
    snapshot(work, within) {
      // The cursor is read first: where statements see more and more, it is then of the earliest moment.
      const look = async (transaction: Transaction) =>
        work(transaction, formatCursor(await readCursor(find(transaction).queryable)))
      return within === undefined ? begin(look, SNAPSHOT) : look(within)
    },
    lock: (names, transaction) => lock(names, find(transaction).queryable),
    queryable: (transaction) =>
      transaction === undefined ? database : find(transaction).queryable,
    writing(transaction) {
      const state = find(transaction)
      return {
        async query(statement) {
          const result = await state.queryable.query(statement)
          state.hasWritten = true
          return result
        },
      }
    },
    noteWrite(transaction) {
      if (transaction === undefined) onWrite()
      else find(transaction).hasWritten = true
    },
    afterCommit(transaction, tell) {
      if (transaction === undefined) tell()
      else find(transaction).tells.add(tell)
    },
  })
}
