/** The servers that are compared, each with a database of its own and the same content, and who calls them. */

import { randomBytes } from 'node:crypto'

import pg from 'pg'

import { createPasswords } from '../framework/auth/passwords.ts'
import { fill, readContent, type BenchDatabase, type DatabaseServer } from './bench-database.ts'
import type { Contender } from './measure.ts'
import type { World } from './operations.ts'
import { startServer, type ServerProcess } from './processes.ts'

/** What the others are divided by. */
export const YARDSTICK = 'by hand'
/** The messenger. */
export const HOLDFAST = 'Holdfast'
/** The yardstick once more: how far its ratio is from 1 is how far any ratio may be off. */
export const YARDSTICK_AGAIN = 'by hand, again'

const LIMIT_SERVER = new URL('limit-server.ts', import.meta.url)
const MESSENGER = new URL('../app/main.ts', import.meta.url)
const PASSWORD = 'a long green corridor'
/** How many users call. */
const CALLERS = 50

/** The servers, ready for requests. */
export interface Contenders {
  /** The yardstick first. */
  readonly list: readonly Contender[]
  readonly world: World
  /** Ends the servers. */
  close(): Promise<void>
}

/** How the servers are run. */
export interface ContendersOptions {
  readonly databases: DatabaseServer
  /** Options of Node for one server, `--cpu-prof` and the like. */
  readonly nodeOptions: (name: string) => readonly string[]
}

/**
 * Lets the messenger make its tables, fills them, copies the database, starts the servers, and logs the callers in. A database for
 * each, because what one server writes, the relay of another would move if they shared one, at its own cost.
 */
export async function openContenders(options: ContendersOptions): Promise<Contenders> {
  const { databases, nodeOptions } = options
  const environment = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'silent',
    // What is written by hand has one process, and tells no others either.
    BUS_URL: 'memory',
    TOKEN_KEYS: randomBytes(32).toString('base64url'),
  }
  const start = (script: URL, { url }: BenchDatabase, name?: string): Promise<ServerProcess> =>
    startServer({
      script,
      environment: { ...environment, DATABASE_URL: url },
      nodeOptions: name === undefined ? [] : nodeOptions(name),
    })

  const original = await databases.create()
  await (await start(MESSENGER, original)).stop()
  await fill(original.url, await createPasswords().hash(PASSWORD))
  const content = await readContent(original.url)
  const plan = [
    { name: YARDSTICK, script: LIMIT_SERVER, database: await databases.copy(original) },
    { name: HOLDFAST, script: MESSENGER, database: await databases.copy(original) },
    { name: YARDSTICK_AGAIN, script: LIMIT_SERVER, database: await databases.copy(original) },
  ]
  const list: Contender[] = []
  const close = async (): Promise<void> => {
    for (const { process, client } of list) {
      await process.stop()
      await client.end()
    }
  }
  try {
    for (const { name, script, database } of plan) {
      const client = new pg.Client(database.url)
      await client.connect()
      list.push({ name, database, client, process: await start(script, database, name) })
    }
    const messenger = list.find(({ name }) => name === HOLDFAST)
    const tokens = await logIn(messenger?.process.port ?? 0, content.userIds.slice(0, CALLERS))
    return { list, world: { ...content, tokens }, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** @returns the access token of each user, by its id. The first is called `user-1`. */
async function logIn(
  port: number,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (const [at, id] of userIds.entries()) {
    const answer = await fetch(`http://127.0.0.1:${port}/actions/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: `user-${at + 1}`, password: PASSWORD }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`A login was refused: ${text}`)
    tokens.set(id, (JSON.parse(text) as { access_token: string }).access_token) // RFC 6749 §5.1
  }
  return tokens
}
