/** The databases of a run: one for each server, all copies of one that was filled. */

import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'

import pg from 'pg'

/** How many users there are. */
export const USERS = 1_000
/** How many messages there are. */
export const MESSAGES = 100_000
const DRAIN_POLL_MS = 10
const DRAIN_LIMIT_MS = 60_000

/** Makes databases on one PostgreSQL server, and drops them again. */
export interface DatabaseServer {
  /** An empty one. Nothing on the way to the disk is waited for, so that the disk does not hide the servers. */
  create(): Promise<BenchDatabase>
  /** Another one with the same content. */
  copy(database: BenchDatabase): Promise<BenchDatabase>
  /** Process ids of the sessions of a database; empty when PostgreSQL runs on another machine. */
  sessionPids(database: BenchDatabase): Promise<readonly number[]>
  /** Drops every database it has made, and lets go. */
  close(): Promise<void>
}

/** One database. */
export interface BenchDatabase {
  readonly name: string
  readonly url: string
}

/** `url` is of any database there; its user may create databases, and is a superuser. */
export async function connectDatabaseServer(url: string): Promise<DatabaseServer> {
  const client = new pg.Client(url)
  await client.connect()
  const made: string[] = []

  async function create(options: string): Promise<BenchDatabase> {
    const name = `holdfast_bench_${randomUUID().slice(0, 8)}`
    await client.query(`create database ${name} ${options}`)
    made.push(name)
    await client.query(`alter database ${name} set synchronous_commit = off`)
    const own = new URL(url)
    own.pathname = `/${name}`
    return { name, url: own.href }
  }

  return {
    create: () => create(`template template0 encoding 'UTF8'`),
    copy: ({ name }) => create(`template ${name}`),
    async sessionPids({ name }) {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity
         where datname = $1 and (client_addr = inet_server_addr() or client_addr is null)`,
        [name],
      )
      return rows.map(({ pid }) => pid)
    },
    async close() {
      for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
      await client.end()
    },
  }
}

/** Fills the messenger's tables. `passwordDigest` is of every user's password. */
export async function fill(url: string, passwordDigest: string): Promise<void> {
  await inSession(url, async (client) => {
    // No triggers: what was there before the run is nobody's news.
    await client.query(`set session_replication_role = replica`)
    await client.query('select setseed(0.5)')
    await client.query(`create function pg_temp.uuid_at(at timestamptz) returns uuid language sql volatile as $$
      select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' ||
        substr(md5(random()::text), 1, 3) || 'a' || substr(md5(random()::text), 1, 15))::uuid $$`)
    await client.query(
      `insert into "user" (id, username, full_name, email_address, full_name_visibility,
         email_address_visibility, about_visibility, admin, blocked, password_digest, created_at, updated_at)
       select pg_temp.uuid_at(at), 'user-' || n, 'User ' || n, 'user-' || n || '@example.org', 'everyone',
         'nobody', 'everyone', false, false, $1, at, at
       from generate_series(1, ${USERS}) n, lateral (select '2020-01-01Z'::timestamptz + n * interval '1 minute' as at) made`,
      [passwordDigest],
    )
    await client.query(
      `insert into message (id, text, author_id, created_at, updated_at)
       select pg_temp.uuid_at(at), 'Message ' || n || repeat(' and some more words', 1 + n % 8), ids[1 + floor(random() * ${USERS})::int], at, at
       from generate_series(1, ${MESSAGES}) n,
         lateral (select '2020-02-01Z'::timestamptz + n * interval '1 minute' as at) made,
         (select array_agg(id) as ids from "user") users`,
    )
    await client.query('vacuum analyze')
  })
}

/** Who wrote which messages. */
export interface Content {
  /** Ids of the users in the order of their names, `user-1` first. */
  readonly userIds: readonly string[]
  readonly messages: readonly { readonly id: string; readonly authorId: string }[]
}

/** Reads what requests are made of. */
export async function readContent(url: string): Promise<Content> {
  return inSession(url, async (client) => {
    const users = await client.query<{ id: string }>('select id from "user" order by created_at')
    const messages = await client.query<{ id: string; authorId: string }>(
      'select id, author_id as "authorId" from message',
    )
    return { userIds: users.rows.map(({ id }) => id), messages: messages.rows }
  })
}

/** Waits until the relay has moved everything into the log, so that its work is counted to those who caused it. */
export async function drained(client: pg.Client): Promise<void> {
  const start = performance.now()
  for (;;) {
    const { rows } = await client.query<[boolean]>({
      text: 'select exists (select from holdfast_outbox)',
      rowMode: 'array',
    })
    if (rows[0]?.[0] === false) return
    if (performance.now() - start > DRAIN_LIMIT_MS) throw new Error('The relay does not keep up.')
    await setTimeout(DRAIN_POLL_MS)
  }
}

/** Takes away what was created and logged since `fill`. */
export async function clean(client: pg.Client): Promise<void> {
  await client.query(`set session_replication_role = replica`)
  await client.query(`delete from message where created_at > now() - interval '1 day'`)
  await client.query('delete from holdfast_log')
  await client.query('vacuum analyze message, holdfast_log, holdfast_outbox')
}

/** Runs `work` with a session of its own. */
export async function inSession<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
