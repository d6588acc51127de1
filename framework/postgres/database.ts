/** The contract of a PostgreSQL database, wherever it runs: a server or PGlite in this process. */

import type { PgSession, SessionOptions } from './session.ts'

/**
 * A value bound to a parameter: text in PostgreSQL's input form, or null. Everything is encoded before it gets here,
 * because a parameter that fails to encode ruins the named statement on its connection.
 */
export type Parameter = string | null

/** One SQL statement. With a `name` it is parsed once per connection; a name belongs to exactly one text, at most 63 bytes. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values: readonly Parameter[]
}

/**
 * What a column holds, in wire form: text, uuid, numeric, bigint and date as string, timestamptz as ISO 8601 with Z and
 * milliseconds, int2, int4, float4 and float8 as number, bool as boolean, json and jsonb parsed, an array of text or uuid as
 * string[], everything else as PostgreSQL's text.
 */
export type Cell = unknown

/** Rows, and what their cells are called. */
export interface Table {
  /** Column names, in the order of the cells. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** The answer to one statement. */
export interface QueryResult extends Table {
  /** Rows returned or affected. */
  readonly rowCount: number
  /** First word of the command tag: `INSERT`, `COMMIT`, … */
  readonly command: string
}

/** Something that runs statements: a database, each statement by itself, or a transaction. */
export interface Queryable {
  /**
   * Runs one statement.
   * @throws the error of `toResourceError` (postgres-error.ts): Conflict, Invalid, Unavailable, Internal
   */
  query(statement: Statement): Promise<QueryResult>
}

/** Options of a transaction. */
export interface TransactionOptions {
  /** Default `read committed`. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly isReadOnly?: boolean
}

/** A PostgreSQL database. Its owner closes it. */
export interface Database extends Queryable {
  /** `pglite`: in this process, one connection; `postgres`: a server. */
  readonly kind: 'pglite' | 'postgres'
  /** For people: what runs where, without credentials (`PGlite in .data`, `PostgreSQL at localhost:5432/app`). */
  readonly description: string
  /**
   * Runs `work` between BEGIN and COMMIT; rolls back when it throws, and throws that error. A COMMIT that the server answers
   * with anything but the tag COMMIT, or whose answer is lost, is an `UnavailableError` that says the outcome is unknown.
   * Statements run through the transaction's own `query`; one through the database inside `work` is an error, not a deadlock.
   */
  transaction<T>(
    work: (transaction: Queryable) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>
  /**
   * Runs several statements as text, without parameters (DDL of migrations), in one transaction.
   * @returns the rows of each of its statements that answers any
   */
  script(text: string): Promise<readonly Table[]>
  /**
   * Keeps a session of its own beside the others, for what lives in one. Absent where there is but one connection, which then
   * nobody shares.
   */
  readonly keepSession?: (options: SessionOptions) => PgSession
  /** Whether the database answers now; for readiness. Never throws. */
  isReady(): Promise<boolean>
  /** Waits for what is under way, then lets go of every connection, lock and worker. Safe to call twice. */
  close(): Promise<void>
}

/** The rows of a result as objects by column name. For statements off the hot path. */
export function toObjects(result: Table): Readonly<Record<string, Cell>>[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column, row[index]])),
  )
}
