/** What a pool is told: where the server is, and how a session behaves whatever the server's own settings are. */

import type { PoolConfig } from 'pg'

import { DeclarationError } from '../errors.ts'

const MAX_CONNECTIONS = 10
/** For a server that takes no connection, and for a free connection of the pool. */
const CONNECT_TIMEOUT_MS = 2_000
const STATEMENT_TIMEOUT_MS = 5_000
const LOCK_TIMEOUT_MS = 2_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000
/** Never: a timer for each statement costs more than it looks, and a new connection parses every statement anew. */
const IDLE_TIMEOUT_MS = 0
const KEEP_ALIVE_DELAY_MS = 10_000
/** A connection's memory grows with its plans; balancers like new ones too. */
const MAX_LIFETIME_SECONDS = 1_800

/** Wire forms and transactions rely on these; compiling a short statement (jit) takes longer than running it. */
const SESSION_OPTIONS =
  '-c TimeZone=UTC -c DateStyle=ISO -c default_transaction_isolation=read\\ committed -c jit=off'

const DEFAULT_PORT = '5432'

/**
 * Reads DATABASE_URL.
 * @throws DeclarationError, without the text: it holds a password
 */
export function parseDatabaseUrl(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return url
  throw new DeclarationError('DATABASE_URL must be postgres://user:password@host:port/database.')
}

/** For people: `PostgreSQL at localhost:5432/app`. */
export function describeUrl(url: URL): string {
  const host = url.hostname === '' ? (url.searchParams.get('host') ?? 'localhost') : url.hostname
  return `PostgreSQL at ${host}:${url.port === '' ? DEFAULT_PORT : url.port}${url.pathname}`
}

/** The pool's configuration. Session options in the URL stay, but ours have the last word. */
export function toPoolConfig(url: URL, maxConnections = MAX_CONNECTIONS): PoolConfig {
  const bare = new URL(url)
  bare.searchParams.delete('options')
  return {
    connectionString: bare.href,
    options: `${url.searchParams.get('options') ?? ''} ${SESSION_OPTIONS}`,
    application_name: 'holdfast',
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  }
}
