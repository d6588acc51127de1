/** Databases for tests: fresh ones, each gone when its test ends, on the database that this run is for. */

import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import root, { type Test } from 'tap'

import type { Database } from '../../framework/postgres/database.ts'
import { UnavailableError } from '../../framework/errors.ts'
import { openPgDatabase } from '../../framework/postgres/pg-database.ts'
import { openPgliteDatabase } from '../../framework/postgres/pglite-database.ts'

/** The PostgreSQL server of this run. Absent: this run is for PGlite. */
export const SERVER_URL = process.env['DATABASE_URL']

const CACHE = new URL('../../node_modules/.cache/holdfast/', import.meta.url).pathname

/**
 * A fresh, empty database: on the server when there is one, else PGlite in memory. It is closed and dropped when `t` ends; what
 * goes wrong behind its callers fails `t`.
 */
export async function openTestDatabase(t: Test): Promise<Database> {
  const onError = (error: Error): void => void t.error(error, 'behind the callers')
  const database =
    SERVER_URL === undefined
      ? await borrowPglite(onError)
      : await openPgDatabase({ url: await createServerDatabase(t, SERVER_URL), onError })
  t.teardown(() => database.close())
  return database
}

/** A PGlite that tests use one after the other: to empty one takes a tenth of the time that it takes to start. */
interface SharedPglite {
  readonly database: Database
  /** Told what goes wrong behind who has it now. */
  onError: (error: Error) => void
}

const idle: SharedPglite[] = []

/** Everything that a test may have left: temporary tables, schemas with what is in them, settings, locks. */
const EMPTY = `
  discard temp;
  do $$
  declare name text;
  begin
    for name in select nspname from pg_namespace where nspname !~ '^(pg_|information_schema$)'
    loop execute format('drop schema %I cascade', name); end loop;
  end $$;
  create schema public authorization pg_database_owner;
  grant usage on schema public to public;
  reset all;
  select pg_advisory_unlock_all()`

async function borrowPglite(onError: SharedPglite['onError']): Promise<Database> {
  const shared = idle.pop() ?? (await startShared())
  shared.onError = onError
  let closing: Promise<void> | undefined
  async function giveBack(): Promise<void> {
    await shared.database.script(EMPTY)
    idle.push(shared)
  }
  async function close(): Promise<void> {
    try {
      // What can't be emptied is lost or broken.
      await giveBack().catch(() => shared.database.close())
    } catch (error) {
      closing = undefined
      throw error
    }
  }
  function open(): Database {
    if (closing !== undefined) throw new UnavailableError('The database is closed.')
    return shared.database
  }
  return {
    ...shared.database,
    query: async (statement) => open().query(statement),
    transaction: async (work, options) => open().transaction(work, options),
    script: async (text) => open().script(text),
    isReady: async () => closing === undefined && shared.database.isReady(),
    close: () => (closing ??= close()),
  }
}

async function startShared(): Promise<SharedPglite> {
  const template = await pgliteTemplate()
  const onError = (error: Error): void => shared.onError(error)
  const database = await openPgliteDatabase({ template, onError })
  const shared: SharedPglite = { database, onError: () => undefined }
  root.teardown(() => database.close())
  return shared
}

/** Makes an empty database on a server, and drops it when `t` ends, whoever is connected. */
export async function createServerDatabase(
  t: Test,
  serverUrl: string,
  encoding = `'UTF8'`,
): Promise<string> {
  const name = `holdfast_test_${randomBytes(8).toString('hex')}`
  await runOnServer(serverUrl, `create database ${name} template template0 encoding ${encoding}`)
  t.teardown(() => runOnServer(serverUrl, `drop database ${name} with (force)`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Runs one statement on the server, on a connection of its own. */
export async function runOnServer(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** The path of a tar archive of an empty data folder, for the version of PGlite that is installed. */
export async function pgliteTemplate(): Promise<string> {
  const path = join(CACHE, `pglite-${pgliteVersion()}.tar`)
  if (existsSync(path)) return path
  const database = await PGlite.create()
  // Else each that begins with it would recover from the log.
  await database.exec('checkpoint')
  const archive = await database.dumpDataDir('none')
  await database.close()
  // Other test processes may be at it too: the first whole one stays, for what is being read must not be replaced.
  const unfinished = `${path}.${process.pid}`
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(unfinished, new Uint8Array(await archive.arrayBuffer()))
  try {
    linkSync(unfinished, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(unfinished)
  }
  return path
}

function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest = createRequire(entry)('../package.json') as { readonly version: string }
  return manifest.version
}
