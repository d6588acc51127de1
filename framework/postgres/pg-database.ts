/** A PostgreSQL server as a database, through a pool of connections. */

import { Pool, type PoolClient } from 'pg'

import { DeclarationError, UnavailableError } from '../errors.ts'
import type { Database, Queryable, QueryResult, Statement, TransactionOptions } from './database.ts'
import { createPgConnection, type PgConnection } from './pg-connection.ts'
import { describeUrl, parseDatabaseUrl, toPoolConfig } from './pg-pool-config.ts'
import { toResourceError } from './postgres-error.ts'
import { nameless, retrying } from './retrying.ts'
import { command, createTransactionScope, runTransaction } from './run-transaction.ts'

/** Options of a database on a server. */
export interface PgDatabaseOptions {
  /** `postgres://user:password@host:port/database`, with the parameters of libpq that pg knows. */
  readonly url: string
  /** The most connections at a time; who finds none free within 2 s gets UnavailableError. Default 10. */
  readonly maxConnections?: number | undefined
  /** Told what goes wrong without a caller to tell: the loss of an idle connection. */
  readonly onError: (error: Error) => void
}

/** The oldest server whose SQL we write, as `server_version_num` has it. */
const MIN_VERSION = 150_000

/**
 * Connects to a server and looks whether it will do.
 *
 * A statement that meets a serialization failure or a deadlock is run again, at most three times; of a transaction the whole
 * work is, so it must keep its hands off everything else. Statements end after 5 s, waits for locks after 2 s, idle transactions
 * after 5 s; a server that does not answer is given up after 6 s, one that does not take a connection after 2 s.
 * @throws DeclarationError when the URL or the server is not fit; UnavailableError when the server is away
 */
export async function openPgDatabase(options: PgDatabaseOptions): Promise<Database> {
  const url = parseDatabaseUrl(options.url)
  const pool = new Pool(toPoolConfig(url, options.maxConnections))
  const end = enderOf(pool)
  pool.on('error', options.onError)
  // A client in use tells its loss by its statements; without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    await verifyServer(pool)
  } catch (error) {
    await end()
    throw error
  }
  return createPgDatabase(pool, end, describeUrl(url))
}

async function verifyServer(pool: Pool): Promise<void> {
  const connection = await connect(pool).catch(refuse)
  const { rows } = await connection
    .query(
      command(`
        select current_setting('server_version_num')::int, current_setting('server_encoding'),
          current_setting('TimeZone'), current_setting('DateStyle')`),
    )
    .finally(connection.release)
  const [version, encoding, timeZone, dateStyle] = rows[0] ?? []
  if (Number(version) < MIN_VERSION) {
    throw new DeclarationError(
      `The PostgreSQL server is too old (${String(version)}): 15 or newer is needed.`,
    )
  }
  if (encoding !== 'UTF8') {
    throw new DeclarationError(
      `The database has the encoding ${String(encoding)}: make one with the encoding UTF8.`,
    )
  }
  if (timeZone !== 'UTC' || !String(dateStyle).startsWith('ISO')) {
    throw new DeclarationError(
      'The connection does not keep its TimeZone and DateStyle: connect to PostgreSQL directly, or let the pooler pass `options`.',
    )
  }
}

/** What the server itself refuses at the first connection is a matter of configuration. */
function refuse(error: unknown): never {
  if (error instanceof UnavailableError) throw error
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new DeclarationError(`The PostgreSQL server refuses DATABASE_URL: ${reason}`, { cause })
}

/** Makes the function that ends a pool which nobody uses. The pool's own promise does not wait until connections are closed. */
function enderOf(pool: Pool): () => Promise<void> {
  const open = new Set<PoolClient>()
  const closed = Promise.withResolvers<undefined>()
  let isEnding = false

  function settle(): void {
    if (isEnding && open.size === 0) closed.resolve(undefined)
  }
  pool.on('connect', (client) => open.add(client))
  pool.on('remove', (client) => {
    open.delete(client)
    settle()
  })
  return async () => {
    await pool.end()
    isEnding = true
    settle()
    await closed.promise
  }
}

async function connect(pool: Pool): Promise<PgConnection> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw toResourceError(error, 'connect')
  }
  return createPgConnection(client)
}

function createPgDatabase(pool: Pool, end: () => Promise<void>, description: string): Database {
  const scope = createTransactionScope()
  const idle = Promise.withResolvers<undefined>()
  let closing: Promise<void> | undefined
  let underWay = 0

  async function withConnection<T>(use: (connection: PgConnection) => Promise<T>): Promise<T> {
    if (closing !== undefined) throw new UnavailableError('The database is closed.')
    scope.assertOutside()
    underWay += 1
    try {
      const connection = await connect(pool)
      return await use(connection).finally(connection.release)
    } finally {
      leave()
    }
  }
  function leave(): void {
    underWay -= 1
    if (underWay === 0 && closing !== undefined) idle.resolve(undefined)
  }
  async function shutDown(): Promise<void> {
    // A pool that ends forgets those who still wait for a connection.
    if (underWay > 0) await idle.promise
    await end()
  }
  function query(statement: Statement): Promise<QueryResult> {
    return retrying((isRetry) =>
      withConnection(({ query }) => query(isRetry ? nameless(statement) : statement)),
    )
  }
  function transaction<T>(
    work: (transaction: Queryable) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return retrying((isRetry) =>
      withConnection(({ query, isUsable }) => {
        const named: Queryable['query'] = isRetry
          ? (statement) => query(nameless(statement))
          : query
        const run = (transaction: Queryable): Promise<T> => scope.run(() => work(transaction))
        return runTransaction({ query: named, isUsable }, run, options)
      }),
    )
  }

  return Object.freeze({
    kind: 'postgres',
    description,
    query,
    transaction,
    script: (text) =>
      withConnection((connection) => runTransaction(connection, () => connection.runScript(text))),
    isReady: () =>
      query(command('select 1')).then(
        () => true,
        () => false,
      ),
    async close() {
      scope.assertOutside()
      closing ??= shutDown()
      return closing
    },
  } satisfies Database)
}
