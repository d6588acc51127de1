/** Opens a database with everything that stands on it: tables, stores, the relay and the log of changes. */
import { randomUUIDv7 } from 'node:crypto'
import type { LimitKeeper } from '../action/limit-keeper.ts'
import type { Bus } from '../event/bus.ts'
import type { Change } from '../event/change.ts'
import type { ChangeFeed } from '../event/feed.ts'
import type { ReadLinkedRows } from '../event/link-rows.ts'
import { LONE_BUS } from '../event/lone-bus.ts'
import type { ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import type { PlainStore, Transaction, Transactions } from '../store/store.ts'
import { startChangeFlow } from './change-flow.ts'
import { startConsumer, type Consumer } from './consumer.ts'
import type { Database, Queryable } from './database.ts'
import { createIdempotency, type OnceKeeper } from './idempotency.ts'
import { startJobs, type Jobs, type JobsOptions } from './jobs.ts'
import { createLimitKeeper } from './limits.ts'
import { linkedRowsReader } from './linked-rows.ts'
import { openLog } from './log.ts'
import { migrate } from './migrate.ts'
import type { Migration } from './migrations.ts'
import { openDatabase } from './open-database.ts'
import { createPlainStores } from './postgres-stores.ts'
import { startRetention } from './retention.ts'

/** What to open. */
export interface OpenStoresOptions<M extends ResourceMap = ResourceMap> {
  readonly registry: Registry<M>
  /** A PostgreSQL server; absent: PGlite. */
  readonly databaseUrl?: string | undefined
  /** PGlite's folder; absent: in memory, gone when the process ends. */
  readonly dataFolder?: string | undefined
  /** The app's own migrations. */
  readonly migrations?: readonly Migration[]
  /**
   * Opens the bus by which the processes on one database tell each other of changes, so that events come at once and one process
   * does the relaying for all. Called when the database is open; the stores close the bus. Absent: each process looks for itself,
   * and finds the changes of others within a second.
   */
  readonly bus?: (() => Bus) | undefined
  /** Told of what goes wrong where no caller waits for it. */
  readonly onError: (error: unknown) => void
  /** Milliseconds since the epoch; default: the system's clock. */
  readonly now?: () => number
  /** Makes ids, for rows of a resource; default: uuids of version 7. */
  readonly newId?: (resource: string) => string
}

/** An open database with its stores. Its owner closes it. */
export interface Stores<M extends ResourceMap = ResourceMap> {
  readonly registry: Registry<M>
  readonly database: Database
  readonly transactions: Transactions
  /**
   * Runs the server's own SQL within a transaction of the stores: `createKysely` takes it. What it changes is told when the
   * transaction has committed, as what stores change.
   * @throws InternalError for a transaction of another database
   */
  queryable(transaction: Transaction): Queryable
  /** Every committed change, in one order. */
  readonly feed: ChangeFeed
  /** Rows that links lead to, for judging changes: never for callers. */
  readonly readLinkedRows: ReadLinkedRows
  /** What processes tell each other; one that nobody hears when there is none. */
  readonly bus: Bus
  /** The store of a resource for the server's own code: all rows, no rules. */
  store<N extends keyof M & string>(name: N): PlainStore<M[N]>
  /** Does requests that come with a key once. */
  readonly idempotency: OnceKeeper
  /** Counts tries, for every process on the database. */
  readonly limits: LimitKeeper
  /**
   * Reads the log durably under a name: each wanted change is handled at least once, in order, in the transaction that keeps
   * the place. The reader's owner closes it before the stores.
   */
  consume(reader: DurableReader): Promise<Consumer>
  /**
   * Makes queues for jobs, and begins to do what waits in them if this process is to. Their owner closes them before the stores.
   * @throws DeclarationError when two jobs have one name, or one does not fit its queue; UnavailableError
   */
  startJobs(options: Pick<JobsOptions, 'jobs' | 'isWorking' | 'onError'>): Promise<Jobs>
  /** How many SQL texts were built so far. */
  compiledPlanCount(): number
  /** Waits for what is under way and lets go of everything. */
  close(): Promise<void>
}

/** What a durable reader of the log does. */
export interface DurableReader {
  readonly name: string
  readonly isWanted: (change: Change) => boolean
  handle(change: Change, transaction: Transaction): Promise<void>
}

/**
 * Opens a database, makes or checks its tables, and starts to follow its changes.
 * @throws DeclarationError when the database does not fit what is declared; UnavailableError when it is away
 */
export async function openStores<M extends ResourceMap>(
  options: OpenStoresOptions<M>,
): Promise<Stores<M>> {
  const { databaseUrl, dataFolder, onError } = options
  const database = await openDatabase({ url: databaseUrl, folder: dataFolder, onError })
  try {
    return await openStoresOn(database, options)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** As `openStores`, on a database that is open. Takes it over when it succeeds: closing the stores closes it. */
export async function openStoresOn<M extends ResourceMap>(
  database: Database,
  options: Omit<OpenStoresOptions<M>, 'databaseUrl' | 'dataFolder'>,
): Promise<Stores<M>> {
  const { registry, onError, migrations, now = Date.now, newId = () => randomUUIDv7() } = options
  await migrate(database, { registry, ...(migrations && { migrations }) })
  const log = await openLog({ database, registry, onError })
  const bus = options.bus?.()
  const flow = startChangeFlow({ database, log, bus, onError })
  const stores = createPlainStores({
    registry,
    database,
    now,
    newId,
    onWrite: flow.poke,
    onDefect: onError,
  })
  const { transactions } = stores
  const retention = startRetention({ database, onError })
  return Object.freeze<Stores<M>>({
    registry,
    database,
    transactions,
    queryable: transactions.writing,
    feed: log,
    readLinkedRows: linkedRowsReader(database, registry),
    bus: bus ?? LONE_BUS,
    idempotency: createIdempotency({ transactions, now }),
    limits: createLimitKeeper(database),
    consume: (reader) =>
      startConsumer({ database, transactions, registry, feed: log, onError, ...reader }),
    startJobs: (jobs) =>
      startJobs({
        database,
        transactions,
        bus: bus ?? LONE_BUS,
        now,
        store: stores.store,
        ...jobs,
      }),
    store: stores.store,
    compiledPlanCount: stores.compiledPlanCount,
    async close() {
      await Promise.all([flow.close(), retention.close()])
      await bus?.close()
      await database.close()
    },
  })
}
