/** One connection of the pool: statements and their results, and whether the connection may go back. */

import type { PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg'

import { UnavailableError } from '../errors.ts'
import type { Cell, Parameter, QueryResult, Statement } from './database.ts'
import {
  isConnectionLoss,
  isStaleStatement,
  sqlStateOf,
  toResourceError,
} from './postgres-error.ts'
import { command, type TransactionConnection } from './run-transaction.ts'

/** A connection that is checked out. */
export interface PgConnection extends TransactionConnection {
  /** Runs several statements as text, for as long as they take within reason. For use in a transaction. */
  runScript(text: string): Promise<void>
  /** Gives the connection back, or ends it when it must not be used again. */
  release(): void
}

/** What pg takes and its types don't know. */
interface PgQuery extends QueryArrayConfig<Parameter[]> {
  /** Always through bind: a text that holds two statements is refused. */
  readonly queryMode: 'extended'
}

/** DDL on large tables takes its time. */
const SCRIPT_TIMEOUT_MS = 600_000

/** Takes charge of a client. */
export function createPgConnection(client: PoolClient): PgConnection {
  let isLost = false
  let isSpoiled = false

  async function guarded<T>(run: () => Promise<T>, isNamed: boolean): Promise<T> {
    if (isLost) throw new UnavailableError()
    try {
      return await run()
    } catch (error) {
      isLost = isConnectionLoss(error)
      isSpoiled ||= isLost || isStaleStatement(error) || (isNamed && isOfParsing(error))
      throw toResourceError(error)
    }
  }
  function query({ name, text, values }: Statement): Promise<QueryResult> {
    const config: PgQuery = {
      text,
      values: [...values],
      rowMode: 'array',
      queryMode: 'extended',
      ...(name === undefined ? {} : { name }),
    }
    return guarded(async () => toResult(await client.query(config)), name !== undefined)
  }
  return {
    query,
    async runScript(text) {
      await query(command(`set local statement_timeout = ${SCRIPT_TIMEOUT_MS}`))
      const config = { text, query_timeout: SCRIPT_TIMEOUT_MS }
      await guarded(() => client.query(config), false)
    },
    isUsable: () => !isLost,
    release: () => client.release(isSpoiled),
  }
}

/** pg takes the name of a statement for known even when it could not be parsed, so the connection has to go. */
function isOfParsing(error: unknown): boolean {
  return sqlStateOf(error)?.startsWith('42') === true
}

function toResult(result: QueryArrayResult<Cell[]>): QueryResult {
  return {
    columns: result.fields.map(({ name }) => name),
    rows: result.rows,
    rowCount: result.rowCount ?? 0,
    command: result.command,
  }
}
