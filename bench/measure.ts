/** Measures one server for a few seconds: requests answered, and the processor time that took. */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import type pg from 'pg'

import { clean, drained, type BenchDatabase, type DatabaseServer } from './bench-database.ts'
import type { LoadCommand, LoadReport } from './load-messages.ts'
import type { Operation } from './operations.ts'
import { cpuSeconds, pin, type ServerProcess } from './processes.ts'

/** One of the servers that are compared. */
export interface Contender {
  readonly name: string
  readonly process: ServerProcess
  readonly database: BenchDatabase
  /** A session with its database, for the bench alone. */
  readonly client: pg.Client
}

/** What one slice has shown. */
export interface Sample {
  readonly requestsPerSecond: number
  /** Of the server's process, per request. */
  readonly cpuMicros: number
  /** Of PostgreSQL's sessions with the server, per request; 0 when they can't be watched. */
  readonly databaseCpuMicros: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Puts load on servers. */
export interface Meter {
  prepare(requests: Extract<LoadCommand, { kind: 'prepare' }>): void
  /** @throws Error when the server answers anything with another status */
  measure(contender: Contender, operation: Operation, seconds: number): Promise<Sample>
}

const CONNECTIONS = 32
/** Before a slice: a pool that has rested opens its sessions anew, and they have to be there to be pinned and watched. */
const WAKE_SECONDS = 0.25

/** A meter over the load generator. */
export function createMeter(load: ChildProcess, databases: DatabaseServer): Meter {
  async function run(
    port: number,
    seconds: number,
  ): Promise<Extract<LoadReport, { kind: 'done' }>> {
    load.send({ kind: 'run', port, connections: CONNECTIONS, seconds } satisfies LoadCommand)
    const [report] = (await once(load, 'message')) as [LoadReport]
    if (report.kind === 'failed') throw new Error(report.reason)
    return report
  }

  async function pinSessions({ database }: Contender): Promise<readonly number[]> {
    const pids = await databases.sessionPids(database)
    for (const pid of pids) pin(pid, 'load')
    return pids
  }

  return {
    prepare: (command) => void load.send(command),
    async measure(contender, { isWrite }, seconds) {
      await run(contender.process.port, WAKE_SECONDS)
      const sessions = await pinSessions(contender)
      const before = {
        server: cpuSeconds(contender.process.pid),
        sessions: sessions.map(cpuSeconds),
      }
      const {
        requests,
        seconds: elapsed,
        p50Ms,
        p99Ms,
      } = await run(contender.process.port, seconds)
      if (isWrite) await drained(contender.client)
      const server = used(before.server, cpuSeconds(contender.process.pid))
      const perSession = sessions.map((pid, at) => used(before.sessions[at], cpuSeconds(pid)))
      if (isWrite) await clean(contender.client)
      return {
        requestsPerSecond: requests / elapsed,
        cpuMicros: (server / requests) * 1e6,
        databaseCpuMicros: (perSession.reduce((sum, part) => sum + part, 0) / requests) * 1e6,
        p50Ms,
        p99Ms,
      }
    },
  }
}

function used(before: number | undefined, after: number | undefined): number {
  return before === undefined || after === undefined ? 0 : after - before
}
