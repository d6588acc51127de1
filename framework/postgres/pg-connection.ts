/** One connection of the pool: statements and their results, and whether the connection may go back. */

import type { PoolClient, QueryArrayConfig } from 'pg'

import { UnavailableError } from '../errors.ts'
import type { QueryResult, Statement, Table } from './database.ts'
import { PgQuery, type PgOutcome, type PgStatements } from './pg-query.ts'
import {
  isConnectionLoss,
  isStaleStatement,
  OUTCOME_UNKNOWN,
  sqlStateOf,
  toResourceError,
} from './postgres-error.ts'
import { createFrameWriter } from './protocol-frames.ts'
import { command, type TransactionConnection } from './run-transaction.ts'
import { cellParser } from './wire-types.ts'

/** A connection. Whoever has checked it out may use it, and releases it. */
export interface PgConnection extends TransactionConnection {
  /** Sends a statement. Told at once what became of it: promises in between would cost more than the rest. */
  run(statement: Statement, outcome: Outcome): void
  /** Runs several statements as text, for as long as they take within reason. For use in a transaction. */
  runScript(text: string): Promise<readonly Table[]>
  /**
   * Looks at the statement under way. One that was seen so many times before is given up, and the connection is then lost. By
   * looks at even intervals, not by the clock: after a pause of this process an answer may be there that it has not read yet.
   */
  look(mostLooks: number): void
  /** Gives the connection back, or ends it when it must not be used again. */
  release(): void
}

/** Told once what became of a statement. */
export interface Outcome {
  readonly resolve: (result: QueryResult) => void
  readonly reject: (error: Error) => void
}

/** DDL on large tables takes its time. */
const SCRIPT_TIMEOUT_MS = 600_000

/** A statement that was sent. */
interface UnderWay extends PgOutcome {
  looks: number
}

/** Takes charge of a client for as long as it lives. */
export function createPgConnection(client: PoolClient): PgConnection {
  const statements: PgStatements = { frames: createFrameWriter(), shapes: new Map() }
  let underWay: UnderWay | undefined
  let isLost = false
  let isSpoiled = false

  function failure(error: unknown, isNamed: boolean): Error {
    isLost ||= isConnectionLoss(error)
    isSpoiled ||= isLost || isStaleStatement(error) || (isNamed && isOfParsing(error))
    return toResourceError(error)
  }
  function run(statement: Statement, { resolve, reject }: Outcome): void {
    if (isLost) {
      reject(new UnavailableError())
      return
    }
    // What was given up may still be answered.
    const current: UnderWay = {
      looks: 0,
      resolve(result) {
        if (underWay !== current) return
        underWay = undefined
        resolve(result)
      },
      reject(error) {
        if (underWay !== current) return
        underWay = undefined
        reject(failure(error, statement.name !== undefined))
      },
    }
    underWay = current
    client.query(new PgQuery(statement, statements, current))
  }
  function query(statement: Statement): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      run(statement, { resolve, reject })
    })
  }
  return {
    run,
    query,
    async runScript(text) {
      await query(command(`set local statement_timeout = ${SCRIPT_TIMEOUT_MS}`))
      try {
        // As many answers as there are statements, whatever the types say.
        const answers = [await client.query(toScript(text))].flat()
        return answers
          .filter(({ fields }) => fields.length > 0)
          .map(({ fields, rows }) => ({ columns: fields.map(({ name }) => name), rows }))
      } catch (error) {
        throw failure(error, false)
      }
    },
    look(mostLooks) {
      if (underWay === undefined || underWay.looks++ < mostLooks) return
      isLost = true
      underWay.reject(new UnavailableError(OUTCOME_UNKNOWN))
    },
    isUsable: () => !isLost,
    release: () => client.release(isSpoiled),
  }
}

function toScript(text: string): QueryArrayConfig & { readonly query_timeout: number } {
  return {
    text,
    query_timeout: SCRIPT_TIMEOUT_MS,
    rowMode: 'array',
    types: { getTypeParser: cellParser },
  }
}

/** pg takes the name of a statement for known even when it could not be parsed, so the connection has to go. */
function isOfParsing(error: unknown): boolean {
  return sqlStateOf(error)?.startsWith('42') === true
}
