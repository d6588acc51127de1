/** What both databases do alike around a transaction: BEGIN, work, COMMIT or ROLLBACK, and keeping strangers out. */

import { AsyncLocalStorage } from 'node:async_hooks'

import { InternalError, UnavailableError } from '../errors.ts'
import type { Queryable, QueryResult, Statement, TransactionOptions } from './database.ts'

/** Tells, for one database, whether code runs inside the work of an open transaction. */
export interface TransactionScope {
  /** @throws InternalError when it does: a statement of its own would wait for a connection that the work holds. */
  assertOutside(): void
  /** Runs `work` inside. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** The scope of one database. */
export function createTransactionScope(): TransactionScope {
  const storage = new AsyncLocalStorage<{ isOpen: boolean }>()
  return {
    assertOutside() {
      if (storage.getStore()?.isOpen !== true) return
      throw new InternalError('Inside a transaction, use its own query, not that of the database.')
    },
    async run(work) {
      const mark = { isOpen: true }
      try {
        return await storage.run(mark, work)
      } finally {
        // What the work has started and not awaited lives on outside.
        mark.isOpen = false
      }
    },
  }
}

/** A connection that is free for one transaction. */
export interface TransactionConnection extends Queryable {
  /** Whether it can still roll back: not when it is lost. */
  isUsable(): boolean
}

/** One statement without values. */
export function command(text: string): Statement {
  return { text, values: [] }
}

/**
 * Runs `work` between BEGIN and COMMIT, as `Database.transaction` promises. Statements that the work sends at the same time
 * run one after the other.
 */
export async function runTransaction<T>(
  connection: TransactionConnection,
  work: (transaction: Queryable) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { query, end } = inOrder(connection)
  await query(toBegin(options))
  let result: T
  try {
    result = await work({ query })
  } catch (error) {
    await end()
    if (connection.isUsable()) await connection.query(command('rollback'))
    throw error
  }
  await end()
  assertCommitted(await connection.query(command('commit')))
  return result
}

function toBegin({
  isolation = 'read committed',
  isReadOnly = false,
}: TransactionOptions): Statement {
  return command(`begin isolation level ${isolation} ${isReadOnly ? 'read only' : 'read write'}`)
}

/** PostgreSQL answers COMMIT with the tag ROLLBACK when a statement has failed and the work went on. */
function assertCommitted({ command }: QueryResult): void {
  if (command === 'COMMIT') return
  throw new UnavailableError('A part of this failed, so the whole was undone. Nothing was done.')
}

interface OrderedQueries extends Queryable {
  /** Waits for the last statement; none may follow. */
  end(): Promise<void>
}

function inOrder(connection: Queryable): OrderedQueries {
  let last: Promise<unknown> = Promise.resolve()
  let isOpen = true
  return {
    async query(statement) {
      if (!isOpen) throw new InternalError('The transaction has ended.')
      const result = last.then(() => connection.query(statement))
      last = result.catch(() => undefined)
      return result
    },
    async end() {
      isOpen = false
      await last
    },
  }
}
