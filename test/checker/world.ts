/** The processes of one run on one database, behind a balancer, and the ways in which they can be broken. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Test } from 'tap'
import { createTokens, generateTokenKey, parseTokenKeys } from '../../framework/index.ts'
import type { Database } from '../../framework/postgres/database.ts'
import { openPgDatabase } from '../../framework/postgres/pg-database.ts'
import { openPgliteDatabase } from '../../framework/postgres/pglite-database.ts'
import type { PostgresServer, StopMode } from '../kit/postgres-server.ts'
import { prepareHome, startMessenger, type MessengerProcess } from '../kit/messenger-process.ts'
import { startTcpProxy, type Target } from '../kit/tcp-proxy.ts'
import type { Entry, History, Note, Seat } from './history.ts'

const ISSUER = 'holdfast-checker'
const PROGRAM = [process.execPath, 'test/kit/checker-process.ts'] as const

/** What runs, and how it is broken. It ends with its test. */
export interface World {
  /** Of the balancer. */
  readonly url: string
  /** Undefined on PGlite, which nobody else can write to. */
  readonly databaseUrl: string | undefined
  readonly size: number
  /** A token of somebody; by itself of a session that nobody ends. */
  tokenFor(subject: string, of?: TokenTerms): Promise<string>
  /** Kills a process without a word, and starts it again. */
  restart(index: number): Promise<void>
  /** Which process leads; undefined between two, and on PGlite. */
  leader(): Promise<number | undefined>
  /** Cuts every connection through the balancer. */
  cut(): void
  /** Runs SQL on a connection of its own. On a server alone. @returns the rows */
  ask(text: string): Promise<readonly (readonly unknown[])[]>
  /** Stops the server of the database, and starts it again. For a run with a server of its own. */
  restartDatabase(mode: StopMode): Promise<void>
  /**
   * Ends the processes as a person does, and whatever is still at work in the database; then starts one anew. Afterwards nothing
   * is under way that was asked for before.
   */
  settle(): Promise<void>
  /** Starts one more that has no bus, and so relays beside the leader. @returns ends it without a word */
  startLoner(): Promise<() => Promise<void>>
  /** The log and the rows. On PGlite the process ends for it. */
  read(): Promise<Pick<History, 'log' | 'notes' | 'seats'>>
}

/** Of which session a token is, and how long it is good. */
export interface TokenTerms {
  readonly session: string
  readonly seconds: number
}

/** What to start. */
export interface WorldOptions {
  readonly size: number
  /** '' is none. */
  readonly busUrl: string
  readonly seed: number
  /** One of its own; undefined: what this run has. */
  readonly server: PostgresServer | undefined
}

/** Starts the processes. */
export async function startWorld(
  t: Test,
  { size, busUrl, seed, server }: WorldOptions,
): Promise<World> {
  const TOKEN_KEYS = generateTokenKey()
  const home = await prepareHome(t, server?.url)
  const databaseUrl = home['DATABASE_URL']
  const start = (index: number, bus = busUrl): Promise<MessengerProcess> =>
    startMessenger(t, { TOKEN_KEYS, ...home, BUS_URL: bus }, [...PROGRAM, String(seed + index)])
  // The first one makes the tables.
  let processes = [await start(0)]
  const rest = Array.from({ length: size - 1 }, (_, index) => start(index + 1))
  processes.push(...(await Promise.all(rest)))
  const targets = processes.map(({ url }) => toTarget(url)) as [Target, ...Target[]]
  const proxy = await startTcpProxy(t, targets)

  async function ask(text: string): Promise<readonly (readonly unknown[])[]> {
    const client = new Client({ connectionString: databaseUrl })
    client.on('error', () => undefined) // the query fails too
    await client.connect()
    try {
      return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const url = `http://127.0.0.1:${String(proxy.port)}`
  const tokenFor = tokenMaker(TOKEN_KEYS)
  return {
    url,
    databaseUrl,
    size,
    tokenFor,
    async restart(index) {
      await processes[index]?.end('SIGKILL')
      const started = await start(index)
      processes[index] = started
      targets[index] = toTarget(started.url)
    },
    async leader() {
      const [row] = databaseUrl === undefined ? [] : await ask(LEADER)
      const index = processes.findIndex(({ child }) =>
        String(row?.[0]).endsWith(` ${String(child.pid)}`),
      )
      return index === -1 ? undefined : index
    },
    cut: proxy.cut,
    ask,
    async restartDatabase(mode) {
      await server?.restart(mode)
    },
    async settle() {
      await Promise.all(processes.map((one) => one.end('SIGTERM')))
      if (databaseUrl !== undefined) await ask(END_AND_WAIT)
      processes = [await start(0)]
      targets.splice(0, Infinity, ...processes.map((one) => toTarget(one.url)))
    },
    async startLoner() {
      const loner = await start(size, '')
      return async () => {
        await loner.end('SIGKILL')
      }
    },
    async read() {
      const onError = (error: Error): void => void t.error(error)
      if (databaseUrl !== undefined)
        return readAll(await openPgDatabase({ url: databaseUrl, onError }))
      await processes[0]?.end('SIGTERM')
      const folder = join(home['DATA_DIR'] ?? '', 'pgdata')
      return readAll(await openPgliteDatabase({ folder, onError }))
    },
  }
}

/** A session goes on with its statement although its client is gone. */
const END_AND_WAIT = `select pg_terminate_backend(pid, 10000) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

const LEADER = `select application_name from pg_stat_activity join pg_locks using (pid)
  where locktype = 'advisory' and granted and datname = current_database()`

function toTarget(url: string): Target {
  return { host: '127.0.0.1', port: Number(new URL(url).port) }
}

function tokenMaker(keys: string): World['tokenFor'] {
  return async (subject, of) => {
    const { session, seconds: lifetimeSeconds } = of ?? { session: randomUUID(), seconds: 900 }
    const tokens = createTokens({
      keys: parseTokenKeys(keys),
      issuer: ISSUER,
      audience: ISSUER,
      lifetimeSeconds,
      now: Date.now,
    })
    const scopes = subject === 'admin' ? ['admin'] : []
    return (await tokens.issue({ subject, scopes, session })).accessToken
  }
}

async function readAll(database: Database): Promise<Pick<History, 'log' | 'notes' | 'seats'>> {
  const rows = async (from: string): Promise<readonly (readonly unknown[])[]> =>
    (await database.query({ text: from, values: [] })).rows
  const columns = `position, resource, operation, before, after`
  const log = await rows(`select ${columns} from holdfast_log order by position`)
  const notes = await rows('select id, topic_id, text, revision, level from note')
  const seats = await rows('select topic_id, person_id, mark from seat')
  await database.close()
  return { log: log.map(toEntry), notes: notes.map(toNote), seats: seats.map(toSeat) }
}

function toEntry([position, resource, operation, before, after]: readonly unknown[]): Entry {
  return {
    position: Number(position),
    resource,
    operation,
    before: before ?? undefined,
    after: after ?? undefined,
  } as Entry // as the triggers write it
}

function toNote([id, topic_id, text, revision, level]: readonly unknown[]): Note {
  return {
    id: String(id),
    topic_id: String(topic_id),
    text: String(text),
    revision: Number(revision),
    level: Number(level),
  }
}

function toSeat([topic_id, person_id, mark]: readonly unknown[]): Seat {
  return { topic_id: String(topic_id), person_id: String(person_id), mark: String(mark) }
}
