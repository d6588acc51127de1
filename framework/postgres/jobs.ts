/** The jobs of an app on its database: sent within transactions, done by this process or another. */
import { createHash } from 'node:crypto'
import type { PgBoss } from 'pg-boss'
import type { AnyJob, JobContext, JobSender, JobTransactionOptions } from '../action/job.ts'
import { notServed } from '../action/job-sender.ts'
import { DeclarationError, InternalError } from '../errors.ts'
import type { Bus } from '../event/bus.ts'
import { validatorOf } from '../resource/validator.ts'
import { BEAT_MS, openBoss, toOurs } from './boss.ts'
import { bossDatabase, bossQueryable } from './boss-database.ts'
import type { Database } from './database.ts'
import { createDeadJobs, type DeadJobs } from './dead-jobs.ts'
import { createJobClaims } from './job-claims.ts'
import { startJobWorker, type JobWorker } from './job-worker.ts'
import { createRisingIds } from './rising-id.ts'
import type { StoreTransactions } from './transactions.ts'

/** Options of jobs. */
export interface JobsOptions {
  readonly database: Database
  readonly transactions: StoreTransactions
  readonly bus: Bus
  readonly jobs: readonly AnyJob[]
  /** Whether this process does jobs; all that have declared them can send them. */
  readonly isWorking: boolean
  /** The store of a resource, for jobs. */
  readonly store: JobContext['store']
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How long a process looks for nothing when nobody tells it of jobs, in milliseconds; default 5,000. */
  readonly pollMs?: number
  /** Told of jobs that fail, and of what goes wrong where nobody waits. */
  readonly onError: (error: unknown) => void
}

/** Jobs that can be sent, and are done. Their owner closes them. */
export interface Jobs extends JobSender<JobTransactionOptions> {
  readonly dead: DeadJobs
  /** Does nothing more here: gives running jobs so long to end, and hands back those that don't. Jobs can still be sent. */
  stopWorking(graceMs: number): Promise<void>
  /** Stops working without any grace, and lets go of everything. */
  close(): Promise<void>
}

const POLL_MS = 5_000

/**
 * Makes the queues of the jobs where there are none, and begins to do what waits in them.
 * @throws DeclarationError when two jobs have one name, or one does not fit its queue; UnavailableError
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { database, bus, isWorking, jobs, onError } = options
  refuseTwins(jobs)
  const { boss, schema } = await openBoss({ database, jobs, isKeeper: isWorking, onError })
  const workers = new Map<string, JobWorker>()
  const wake = (name: string): void => workers.get(name)?.wake()
  const sender = createSender(options, boss, (name) => {
    wake(name)
    bus.send('jobs', name)
  })
  const context = { store: options.store, transactions: options.transactions, jobs: sender }
  for (const job of isWorking ? jobs : []) {
    const claims = createJobClaims({ boss, schema, database, job })
    const { pollMs = POLL_MS } = options
    const worker = startJobWorker({ job, claims, context, pollMs, beatMs: BEAT_MS, onError })
    workers.set(job.name, worker)
  }
  const ends = [
    bus.receive('jobs', wake),
    bus.onGap(() => {
      for (const worker of workers.values()) worker.wake()
    }),
  ]
  async function stopWorking(graceMs: number): Promise<void> {
    await Promise.all(Array.from(workers.values(), (worker) => worker.close(graceMs)))
  }
  return Object.freeze<Jobs>({
    ...sender,
    dead: createDeadJobs(boss),
    stopWorking,
    async close() {
      for (const end of ends) end()
      await stopWorking(0)
      await boss.stop({ graceful: false })
    },
  })
}

function refuseTwins(jobs: readonly AnyJob[]): void {
  for (const [index, { name }] of jobs.entries()) {
    if (jobs.some((other, at) => at < index && other.name === name)) {
      throw new DeclarationError(`Two jobs have the name ${name}. Rename one.`)
    }
  }
}

function createSender(
  { database, transactions, jobs, now }: JobsOptions,
  boss: PgBoss,
  tell: (name: string) => void,
): JobSender<JobTransactionOptions> {
  const nextId = createRisingIds(now)
  const tells = new Map(jobs.map(({ name }) => [name, () => tell(name)]))
  return Object.freeze<JobSender<JobTransactionOptions>>({
    async send(job, payload, { key, afterSeconds = 0, transaction } = {}) {
      const told = tells.get(job.name)
      if (told === undefined || !jobs.includes(job)) {
        throw notServed(job)
      }
      assertPayload(job, payload)
      const db =
        transaction === undefined
          ? bossDatabase(database)
          : bossQueryable(transactions.queryable(transaction))
      const singletonKey = job.orderedBy?.(payload)
      const id = await boss
        .send(job.name, payload, {
          db,
          id: key === undefined ? nextId() : keyedId(job.name, key),
          startAfter: afterSeconds,
          ...(singletonKey !== undefined && { singletonKey }),
        })
        .catch((error: unknown) => {
          throw toOurs(error)
        })
      if (id !== null) transactions.afterCommit(transaction, told)
      return id !== null
    },
  })
}

/** A wrong payload is the sender's mistake, and no caller's. */
function assertPayload(job: AnyJob, payload: unknown): asserts payload is object {
  const faults = validatorOf(job.payload).faultsOf(payload)
  if (faults.length === 0 && typeof payload === 'object' && payload !== null) return
  const told = faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
  throw new InternalError(`Job ${job.name} was sent what it does not declare: ${told}`)
}

/** The same for the same key, so that the second finds the first: a uuid of version 8. */
function keyedId(name: string, key: string): string {
  const hex = createHash('sha256').update(`${name} ${key}`).digest('hex')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/s, '$1-$2-8$3-8$4-$5')
}
