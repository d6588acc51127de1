/** The processes of a run: started, pinned to a processor where that is possible, watched by `/proc`, and ended. */

import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** On which processor a process runs: the servers on one, what they are measured with on the other. */
export type Role = 'server' | 'load'

const PROCESSOR: Readonly<Record<Role, string>> = { server: '0', load: '1' }
const START_LIMIT_MS = 30_000
const POLL_MS = 50
/** `USER_HZ`, the unit of times in `/proc`: 100 on every platform that Node runs on. */
const TICKS_PER_SECOND = 100

/** Whether processes can be pinned: `taskset` is there, and so are both processors. */
export const CAN_PIN =
  availableParallelism() > 1 &&
  spawnSync('taskset', ['-c', Object.values(PROCESSOR).join(','), 'true']).status === 0

/** How a server is started. */
export interface ServerOptions {
  readonly script: URL
  readonly environment: Readonly<Record<string, string>>
  readonly nodeOptions: readonly string[]
}

/** A server that answers. */
export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** Ends it as its operator would. */
  stop(): Promise<void>
}

/** Starts a server on a free port, and waits until it says that it is ready. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const port = await freePort()
  const { script, environment, nodeOptions } = options
  const [command, ...args] = nodeOn('server')
  const child = spawn(command, [...args, ...nodeOptions, fileURLToPath(script)], {
    env: { ...process.env, ...environment, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await ready(child, port)
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Starts the load generator. */
export function startLoad(): ChildProcess {
  const [execPath, ...execArgv] = nodeOn('load')
  return fork(new URL('load.ts', import.meta.url), { execPath, execArgv })
}

/** Moves a process that others have started. Without permission it stays where it is. */
export function pin(pid: number, role: Role): void {
  if (CAN_PIN) spawnSync('taskset', ['-a', '-c', '-p', PROCESSOR[role], String(pid)])
}

/** Seconds of processor time, user and system, that a process has used; undefined when there is no such process. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    // After the command's name, which may hold anything, the 12th and 13th fields (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return undefined
  }
}

/** Megabytes of memory that a process has in use. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+([0-9]+)/m.exec(status)?.[1]) / 1024
}

/** The command line that runs Node where the role belongs. */
export function nodeOn(role: Role): [string, ...string[]] {
  return CAN_PIN ? ['taskset', '-c', PROCESSOR[role], process.execPath] : [process.execPath]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const start = performance.now()
  while (performance.now() - start < START_LIMIT_MS) {
    if (child.exitCode !== null) throw new Error('A server ended before it was ready.')
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok === true) return
    await setTimeout(POLL_MS)
  }
  child.kill()
  throw new Error('A server did not get ready.')
}
