/** A PostgreSQL server of a test's own, which it may restart: the installed programs in a temporary folder. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { createGathering } from './gathering.ts'

/** `immediate`: as in a crash, nobody is told, and the next start recovers. `fast`: what is open is rolled back and ended first. */
export type StopMode = 'immediate' | 'fast'

/** A server. It ends with its test, and nothing of it stays. */
export interface PostgresServer {
  readonly url: string
  /** Stops it, and starts it again on the same port. Resolves when it takes connections. */
  restart(mode: StopMode): Promise<void>
}

/** Why tests that restart a server leave that out. */
export const NO_PROGRAMS = 'no PostgreSQL programs are in /usr/lib/postgresql, nor on the PATH'

/** What `pg_ctl stop` sends in each mode. */
const STOP_SIGNALS = Object.freeze({ immediate: 'QUIT', fast: 'INT' } as const)
/** Runs a command, and sends it the signal that is written to it: QUIT also when whoever would write is killed. */
const UNTIL_TOLD = `exec 3<&0
"$@" <&- 3<&- & pid=$!
{ read -r signal || signal=QUIT; kill -"$signal" "$pid"; } <&3 2>/dev/null &
wait "$pid"`
const DEBIAN_FOLDER = '/usr/lib/postgresql'
const READY = 'database system is ready to accept connections'
/** Processes are killed here, never the machine: what is written survives in the memory of the system. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']

/** Makes and starts a server; undefined when its programs are not installed. */
export async function startPostgresServer(t: Test): Promise<PostgresServer | undefined> {
  const programs = programFolder()
  if (programs === undefined) return undefined
  const owner = serverOwner()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'))
  const port = await freePort()
  let running: Running | undefined
  t.teardown(async () => {
    await running?.end('immediate')
    rmSync(folder, { recursive: true })
  })
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  const init = ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  execFileSync(join(programs, 'initdb'), init, { ...owner, cwd: '/', stdio: 'pipe' })
  const settings = SETTINGS.flatMap((setting) => ['-c', setting])
  const args = ['-D', folder, '-p', String(port), ...settings]
  const start = (): Promise<Running> =>
    run(
      spawn('sh', ['-c', UNTIL_TOLD, 'sh', join(programs, 'postgres'), ...args], {
        ...owner,
        cwd: '/',
        env: { ...process.env, LC_ALL: 'C' },
        stdio: ['pipe', 'ignore', 'pipe'],
      }),
    )
  running = await start()
  return {
    url: `postgres://postgres@127.0.0.1:${String(port)}/postgres`,
    async restart(mode) {
      await running?.end(mode)
      running = await start()
    },
  }
}

interface Running {
  end(mode: StopMode): Promise<void>
}

/** Resolves when it takes connections. @throws with what it has said when it ends before */
async function run(child: ChildProcess): Promise<Running> {
  const lines = createGathering<string>()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', lines.add)
  const failed = ended.then(() => {
    throw new AggregateError([], `PostgreSQL has ended: ${lines.all.join('\n')}`)
  })
  await Promise.race([lines.until((all) => all.some((line) => line.includes(READY))), failed])
  failed.catch(() => undefined)
  return {
    end(mode) {
      child.stdin?.end(`${STOP_SIGNALS[mode]}\n`)
      return ended
    },
  }
}

/** The newest that Debian has installed, else where the PATH has them. */
function programFolder(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : []
  const newestFirst = versions.toSorted((one, other) => Number(other) - Number(one))
  const installed = newestFirst.map((version) => join(DEBIAN_FOLDER, version, 'bin'))
  const folders = [...installed, ...(process.env['PATH'] ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root: then it is the user that Debian's package made. */
function serverOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
