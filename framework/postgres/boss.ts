/** Opens pg-boss, which keeps our jobs: its tables, a queue for each job, and what is due at times. */
import { DatabaseError } from 'pg'
import { PgBoss } from 'pg-boss'
import type { AnyJob, CronTrigger, JobTrigger } from '../action/job.ts'
import { DeclarationError } from '../errors.ts'
import { bossDatabase } from './boss-database.ts'
import type { Database } from './database.ts'
import { sqlStateOf, toResourceError } from './postgres-error.ts'

/** What to open. */
export interface BossOptions {
  readonly database: Database
  readonly jobs: readonly AnyJob[]
  /** Whether it looks after what others have left: jobs of processes that are gone, what is due, what is old. */
  readonly isKeeper: boolean
  /** Told of what goes wrong where nobody waits. */
  readonly onError: (error: unknown) => void
}

/** An open pg-boss. Its owner stops it. */
export interface OpenBoss {
  readonly boss: PgBoss
  /** The schema with its tables. */
  readonly schema: string
}

/** A running job says as often that its process lives; one that has not for that long is another's to do. */
export const BEAT_MS = 4_000
const BEATS_LOST_AFTER_SECONDS = 12
/** How often somebody looks for those. */
const SUPERVISE_SECONDS = 10
/** What takes longer than it may is ended by its own process; this is for one that hangs. */
const TIMEOUT_MARGIN_SECONDS = 15
const DAY_SECONDS = 24 * 3600
/** For jobs that nobody does. */
const WAITING_DAYS = 90
/** How long dead jobs are kept. */
const DEAD_DAYS = 30
/** We have no jobs that wait for others; the shortest rest costs a statement each time. */
const SELDOM_SECONDS = 3600

/** The queue of a job's dead ones. */
export function deadQueueOf({ name }: Pick<AnyJob, 'name'>): string {
  return `${name}/dead`
}

/**
 * Starts pg-boss, and makes its tables when there are none.
 * @throws DeclarationError when a schedule or the schema can't be, or a job has become ordered or no longer is; UnavailableError while the database is away
 */
export async function openBoss({
  database,
  jobs,
  isKeeper,
  onError,
}: BossOptions): Promise<OpenBoss> {
  const schema = await schemaOf(database)
  const createSchema = !(await exists(database, schema))
  const boss = new PgBoss({
    db: bossDatabase(database),
    backend: database.kind,
    schema,
    // Who may not create schemas can be given one that is empty.
    createSchema,
    supervise: isKeeper,
    schedule: isKeeper,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    flowIntervalSeconds: SELDOM_SECONDS,
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', onError)
  for (const one of jobs) refuseSchedules(boss, one)
  try {
    await boss.start()
    for (const one of jobs) await keepQueue(boss, one)
    if (isKeeper) for (const one of jobs) await keepSchedules(boss, one)
  } catch (error) {
    await boss.stop({ graceful: false })
    throw createSchema && sqlStateOf(error) === '42501' ? toRefusal(schema, error) : toOurs(error)
  }
  return { boss, schema }
}

/** What pg-boss threw, as an error of ours where it is the database's. */
export function toOurs(error: unknown): unknown {
  return error instanceof DatabaseError ? toResourceError(error) : error
}

/** Beside the schema of our own tables, because pg-boss calls its tables `job`, `queue` and `version`, as an app may call its own. */
async function schemaOf(database: Database): Promise<string> {
  const { rows } = await database.query({ text: 'select current_schema()::text', values: [] })
  const own = String(rows[0]?.[0])
  if (own === 'public') return 'holdfast_jobs'
  if (/^[a-z0-9_]{1,36}$/.test(own)) return `holdfast_jobs_${own}`
  throw new DeclarationError(
    `The schema ${own} can't have jobs: let its name be of a to z, 0 to 9 and _, with 36 characters at most.`,
  )
}

async function exists(database: Database, schema: string): Promise<boolean> {
  const text = 'select to_regnamespace($1) is not null'
  return (await database.query({ text, values: [schema] })).rows[0]?.[0] === true
}

function toRefusal(schema: string, cause: unknown): DeclarationError {
  return new DeclarationError(
    `Jobs need the schema ${schema}, and the role may not create it: make it once, and let the role own it.`,
    { cause },
  )
}

async function keepQueue(boss: PgBoss, job: AnyJob): Promise<void> {
  const deadLetter = deadQueueOf(job)
  const policy = job.orderedBy === undefined ? 'standard' : 'key_strict_fifo'
  const dead = { retentionSeconds: DEAD_DAYS * DAY_SECONDS }
  const options = {
    deadLetter,
    retryLimit: job.retries.count,
    retryDelay: job.retries.firstRestSeconds,
    retryDelayMax: job.retries.longestRestSeconds,
    retryBackoff: true,
    expireInSeconds: job.timeoutSeconds + TIMEOUT_MARGIN_SECONDS,
    heartbeatSeconds: BEATS_LOST_AFTER_SECONDS,
    retentionSeconds: WAITING_DAYS * DAY_SECONDS,
    deleteAfterSeconds: DAY_SECONDS,
  }
  await boss.createQueue(deadLetter, dead)
  await boss.updateQueue(deadLetter, dead)
  await boss.createQueue(job.name, { ...options, policy })
  // One that was there has kept its options.
  await boss.updateQueue(job.name, options)
  const found = await boss.getQueue(job.name)
  if (found?.policy !== policy) {
    throw new DeclarationError(
      `Job ${job.name}: it was declared ${policy === 'standard' ? 'with' : 'without'} orderedBy before, and its queue can't change. Give it another name.`,
    )
  }
}

function refuseSchedules(boss: PgBoss, { name, triggers }: AnyJob): void {
  for (const { expression, timeZone } of triggers.filter(isCron)) {
    try {
      boss.previewSchedule(expression, { tz: timeZone, count: 1 })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new DeclarationError(`Job ${name}: the schedule '${expression}' can't be: ${reason}.`, {
        cause,
      })
    }
  }
}

function isCron(trigger: JobTrigger): trigger is CronTrigger {
  return trigger.kind === 'cron'
}

/** A schedule outlives the process that made it, so what is not declared any more is taken back. */
async function keepSchedules(boss: PgBoss, { name, triggers }: AnyJob): Promise<void> {
  const declared = triggers.filter(isCron)
  for (const [index, { expression, timeZone }] of declared.entries()) {
    await boss.schedule(name, expression, {}, { tz: timeZone, key: String(index) })
  }
  for (const { key } of await boss.getSchedules(name)) {
    if (Number(key) >= declared.length) await boss.unschedule(name, key)
  }
}
