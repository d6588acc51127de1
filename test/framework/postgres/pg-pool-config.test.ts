/** From DATABASE_URL to what a pool is told. */

import t from 'tap'

import { DeclarationError } from '../../../framework/errors.ts'
import {
  describeUrl,
  parseDatabaseUrl,
  toPoolConfig,
} from '../../../framework/postgres/pg-pool-config.ts'

t.test('a URL of another kind is refused without being repeated', async (t) => {
  for (const text of ['', 'localhost', 'mysql://a:secret@b/c', 'http://a:secret@b']) {
    const error = t.throws(() => parseDatabaseUrl(text), DeclarationError) as Error
    t.match(error.message, 'DATABASE_URL')
    t.notMatch(error.message, 'secret')
  }
})

t.test('a database is described without its credentials', async (t) => {
  const describe = (text: string) => describeUrl(parseDatabaseUrl(text))
  t.equal(describe('postgres://tim:secret@db.example/app'), 'PostgreSQL at db.example:5432/app')
  t.equal(describe('postgresql://[::1]:5433/app?sslmode=no'), 'PostgreSQL at [::1]:5433/app')
  t.equal(describe('postgres:///app?host=/run/pg'), 'PostgreSQL at /run/pg:5432/app')
  t.equal(describe('postgres:///app'), 'PostgreSQL at localhost:5432/app')
})

t.test('session options of the URL stay, and ours have the last word', async (t) => {
  const url = parseDatabaseUrl(
    'postgres://a:p%40ss@b/c?options=-c%20search_path%3Dapp%20-c%20TimeZone%3DCET&sslmode=disable',
  )
  const { connectionString, options, max } = toPoolConfig(url, 3)
  t.match(options, /^-c search_path=app -c TimeZone=CET -c TimeZone=UTC -c DateStyle=ISO /)
  t.equal(connectionString, 'postgres://a:p%40ss@b/c?sslmode=disable')
  t.equal(max, 3)
  t.equal(toPoolConfig(url).max, 10)
})

t.test('every wait has an end', async (t) => {
  const config = toPoolConfig(parseDatabaseUrl('postgres://a/b'))
  t.match(config, {
    connectionTimeoutMillis: 2_000,
    statement_timeout: 5_000,
    lock_timeout: 2_000,
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
  })
})
