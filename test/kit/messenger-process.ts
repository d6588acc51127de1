/** The messenger as a process of its own, as a person starts it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { WebSocket } from 'ws'
import { openPgliteDatabase } from '../../framework/postgres/pglite-database.ts'
import { createServerDatabase, pgliteTemplate, SERVER_URL } from './database.ts'
import { createGathering, type Gathering } from './gathering.ts'
import { createSocketClient, type SocketClient } from './socket-client.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const NODE = [process.execPath, 'app/main.ts'] as const

/** Variables of the process, beside those of this one. */
export type ProcessEnv = Readonly<Record<string, string>>

/** How a process has ended. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Everything it wrote. */
  readonly stdout: string
  readonly stderr: string
}

/** A process. It is killed when its test ends. */
export interface Started {
  readonly child: ChildProcess
  /** When it and whatever it has started have ended. */
  readonly ended: Promise<ProcessEnd>
  /** The lines of its standard output. */
  readonly output: Gathering<string>
}

/** What somebody logs in with. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** What can be done at an address where a messenger listens. */
export interface MessengerClient {
  readonly url: string
  send(method: string, path: string, sent?: Sent): Promise<Response>
  /** Logs in, as the seeded admin unless it is said. @returns an access token */
  login(credentials?: Credentials): Promise<string>
  /** A bare socket, without Origin. */
  connect(token?: string): Promise<SocketClient>
}

/** A messenger that listens. */
export interface MessengerProcess extends Started, MessengerClient {
  end(signal: NodeJS.Signals): Promise<ProcessEnd>
}

/** What goes with a request. */
export interface Sent {
  readonly as?: string
  readonly json?: unknown
}

/**
 * A home for a messenger on the database of this run, or of another server: an empty database and a data folder, gone when the
 * test ends.
 */
export async function prepareHome(t: Test, serverUrl = SERVER_URL): Promise<ProcessEnv> {
  const DATA_DIR = join(t.testdir(), 'data')
  if (serverUrl !== undefined) {
    return { DATA_DIR, DATABASE_URL: await createServerDatabase(t, serverUrl) }
  }
  const onError = (error: Error): void => void t.error(error)
  const folder = join(DATA_DIR, 'pgdata')
  // From the template, because to make one takes longer than all the rest.
  const database = await openPgliteDatabase({ folder, template: await pgliteTemplate(), onError })
  await database.close()
  return { DATA_DIR }
}

/** Starts a program with these variables. */
export function startProcess(t: Test, env: ProcessEnv, program: readonly string[] = NODE): Started {
  const [command = '', ...args] = program
  const { DATABASE_URL: _, NODE_ENV: _env, ...inherited } = process.env
  const child = spawn(command, args, { cwd: ROOT, env: { ...inherited, PORT: '0', ...env } })
  const lines = createGathering<string>()
  const errors: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.add(line))
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout: lines.all.join('\n'), stderr: errors.join('\n') })
    })
  })
  t.teardown(() => {
    child.kill('SIGKILL')
    return ended
  })
  return { child, ended, output: lines }
}

/** Starts a messenger, and waits until it listens. @throws with what it has said when it ends before */
export async function startMessenger(
  t: Test,
  env: ProcessEnv,
  program?: readonly string[],
): Promise<MessengerProcess> {
  const started = startProcess(t, env, program)
  const { output, ended } = started
  const failed = ended.then(({ stdout, stderr }) => {
    throw new AggregateError([], `It has ended: ${stdout}\n${stderr}`)
  })
  const isUp = (all: readonly string[]): boolean =>
    all.some((line) => line.startsWith('Database: '))
  await Promise.race([output.until(isUp), failed])
  const url = /http:\/\/\S+:\d+/.exec(output.all.join('\n'))?.[0] ?? ''
  return {
    ...started,
    ...clientAt(url),
    end(signal) {
      started.child.kill(signal)
      return started.ended
    },
  }
}

const ADMIN: Credentials = Object.freeze({ username: 'admin', password: 'Password123!' })

/** A client of the messenger at an address: a process, or a balancer before several. */
export function clientAt(url: string): MessengerClient {
  const send = (method: string, path: string, { as, json }: Sent = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
  return {
    url,
    send,
    async login(json = ADMIN) {
      const response = await send('POST', '/actions/login', { json })
      return ((await response.json()) as { readonly access_token: string }).access_token
    },
    connect: (token) => connectBare(url, token),
  }
}

async function connectBare(url: string, token?: string): Promise<SocketClient> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/subscription`, { headers })
  const client = createSocketClient(socket)
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return client
}
