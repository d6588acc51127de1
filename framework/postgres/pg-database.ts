/** A PostgreSQL server as a database, through a pool of connections. */

import { Pool, type PoolClient } from 'pg'

import { DeclarationError, UnavailableError } from '../errors.ts'
import type { Database, Queryable, QueryResult, Statement, TransactionOptions } from './database.ts'
import { createPgConnection, type PgConnection } from './pg-connection.ts'
import { describeUrl, parseDatabaseUrl, toPoolConfig } from './pg-pool-config.ts'
import { keepPgSession } from './pg-session.ts'
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
/** On our side, because a server that hangs can't keep its own limits. */
const GIVE_UP_AFTER_MS = 5_500
const LOOK_MS = 250
const MOST_LOOKS = GIVE_UP_AFTER_MS / LOOK_MS

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
  pool.on('error', options.onError)
  const connections = createConnections(pool)
  try {
    await verifyServer(connections)
  } catch (error) {
    await connections.end()
    throw error
  }
  return createPgDatabase(connections, url)
}

async function verifyServer({ connect }: Connections): Promise<void> {
  const connection = await new Promise<PgConnection>(connect).catch(refuse)
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
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (isUnknownHost(cause)) {
    throw new DeclarationError(
      `The host of DATABASE_URL is not found: ${reason}. Mend its name, or the network.`,
      { cause },
    )
  }
  if (error instanceof UnavailableError) throw error
  throw new DeclarationError(`The PostgreSQL server refuses DATABASE_URL: ${reason}`, { cause })
}

/** Whether no name server knows the host. One that does not answer may do so later: that is EAI_AGAIN. */
function isUnknownHost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTFOUND'
}

/** The connections of a pool. */
interface Connections {
  /** Waits for a free one, for 2 s at most. */
  connect(resolve: (connection: PgConnection) => void, reject: (error: Error) => void): void
  /** Ends them all; nobody may be using one. */
  end(): Promise<void>
}

function createConnections(pool: Pool): Connections {
  const open = new Map<PoolClient, PgConnection>()
  const closed = Promise.withResolvers<undefined>()
  let isEnding = false
  // One timer for all: one for each statement costs more than it looks (see PgQuery).
  const watch = setInterval(() => {
    for (const connection of open.values()) connection.look(MOST_LOOKS)
  }, LOOK_MS).unref()

  function settle(): void {
    if (isEnding && open.size === 0) closed.resolve(undefined)
  }
  pool.on('connect', (client) => {
    // A client in use tells its loss by its statements; without a listener the event would end the process.
    client.on('error', () => undefined)
    open.set(client, createPgConnection(client))
  })
  pool.on('remove', (client) => {
    open.delete(client)
    settle()
  })
  return {
    connect(resolve, reject) {
      pool.connect((error, client) => {
        if (client === undefined) reject(toResourceError(error, 'connect'))
        else resolve(open.get(client) ?? createPgConnection(client))
      })
    },
    async end() {
      // The pool's own promise does not wait until its connections are closed.
      await pool.end()
      isEnding = true
      settle()
      await closed.promise
      clearInterval(watch)
    },
  }
}

/** Who is at work with a database: nobody comes after it was closed, and it closes when the last has left. */
interface Gate {
  /** @throws UnavailableError when it is closed; InternalError within the work of a transaction */
  enter(): void
  leave(): void
  /** Waits until all have left. */
  close(): Promise<void>
}

function createGate(assertOutside: () => void): Gate {
  const idle = Promise.withResolvers<undefined>()
  let isClosed = false
  let inside = 0
  return {
    enter() {
      if (isClosed) throw new UnavailableError('The database is closed.')
      assertOutside()
      inside += 1
    },
    leave() {
      inside -= 1
      if (inside === 0 && isClosed) idle.resolve(undefined)
    },
    async close() {
      isClosed = true
      if (inside > 0) await idle.promise
    },
  }
}

/** Runs one statement on a free connection, with one promise in all: every request comes this way. */
function runAlone(
  { connect }: Connections,
  gate: Gate,
  statement: Statement,
): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    gate.enter()
    const fail = (error: Error): void => {
      gate.leave()
      reject(error)
    }
    connect((connection) => {
      connection.run(statement, {
        resolve(result) {
          connection.release()
          gate.leave()
          resolve(result)
        },
        reject(error) {
          connection.release()
          fail(error)
        },
      })
    }, fail)
  })
}

function createPgDatabase(connections: Connections, url: URL): Database {
  const scope = createTransactionScope()
  const gate = createGate(scope.assertOutside)
  let closing: Promise<void> | undefined

  async function withConnection<T>(use: (connection: PgConnection) => Promise<T>): Promise<T> {
    gate.enter()
    try {
      const connection = await new Promise<PgConnection>(connections.connect)
      try {
        return await use(connection)
      } finally {
        connection.release()
      }
    } finally {
      gate.leave()
    }
  }
  async function shutDown(): Promise<void> {
    // A pool that ends forgets those who still wait for a connection.
    await gate.close()
    await connections.end()
  }
  function query(statement: Statement): Promise<QueryResult> {
    return retrying((isRetry) =>
      runAlone(connections, gate, isRetry ? nameless(statement) : statement),
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
    description: describeUrl(url),
    query,
    transaction,
    script: (text) =>
      withConnection((connection) => runTransaction(connection, () => connection.runScript(text))),
    keepSession: (options) => keepPgSession(url, options),
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
