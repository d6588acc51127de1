/** PGlite as a database: one connection in a worker thread, behind a lock on its folder. */

import { DeclarationError, UnavailableError } from '../errors.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import type {
  Database,
  Queryable,
  QueryResult,
  Statement,
  Table,
  TransactionOptions,
} from './database.ts'
import { withIdleLimit } from './idle-limit.ts'
import { assertShallow } from './json-depth.ts'
import { createLane } from './lane.ts'
import type { PgliteConnection } from './pglite-connection.ts'
import { openPgliteKeeper, type PgliteKeeper } from './pglite-keeper.ts'
import { startUpkeep } from './pglite-upkeep.ts'
import { nameless, retrying } from './retrying.ts'
import {
  command,
  createTransactionScope,
  runTransaction,
  type TransactionConnection,
} from './run-transaction.ts'

/** Options of a PGlite database. */
export interface PgliteDatabaseOptions {
  /** Where it is kept; made if it is not there. Absent: in memory, gone with the process. */
  readonly folder?: string | undefined
  /** A tar archive of a data folder (PGlite's `dumpDataDir`) that a new database begins with; quicker than to make one. */
  readonly template?: string | undefined
  /** Told what goes wrong behind the callers: that PGlite was restarted, that upkeep failed. */
  readonly onError: (error: Error) => void
  /** A statement that takes longer costs PGlite its life; the next one starts it again. Default 10,000. */
  readonly watchdogMs?: number | undefined
  /** A transaction that sends nothing for so long is rolled back. Default 5,000. */
  readonly idleTransactionMs?: number | undefined
  /** Time between two rounds of upkeep. Default 60,000. */
  readonly upkeepMs?: number | undefined
}

const WATCHDOG_MS = 10_000
const IDLE_TRANSACTION_MS = 5_000
const UPKEEP_MS = 60_000
/** DDL and upkeep of large tables take their time. */
const SCRIPT_LIMIT_MS = 600_000

/**
 * Opens PGlite. What it has acknowledged survives a kill of the process, but not a power cut: nothing is synced to the disk.
 * @throws DeclarationError when another process uses the folder, or PGlite can't read what is in it
 */
export async function openPgliteDatabase(options: PgliteDatabaseOptions): Promise<Database> {
  const { folder } = options
  const lock = folder === undefined ? undefined : lockDataFolder(folder)
  try {
    const keeper = await openPgliteKeeper({
      ...options,
      watchdogMs: options.watchdogMs ?? WATCHDOG_MS,
    })
    return createPgliteDatabase(keeper, options, () => lock?.release())
  } catch (cause) {
    lock?.release()
    throw new DeclarationError(`PGlite can't be started ${placeOf(folder)}: ${String(cause)}`, {
      cause,
    })
  }
}

function placeOf(folder: string | undefined): string {
  return folder === undefined ? 'in memory' : `in ${folder}`
}

function createPgliteDatabase(
  keeper: PgliteKeeper,
  options: PgliteDatabaseOptions,
  release: () => void,
): Database {
  const lane = createLane()
  const scope = createTransactionScope()
  const endUpkeep = startUpkeep(
    { query, runAlone: (text) => alone(({ runScript }) => runScript(text, SCRIPT_LIMIT_MS)) },
    { intervalMs: options.upkeepMs ?? UPKEEP_MS, onError: options.onError },
  )
  const idleMs = options.idleTransactionMs ?? IDLE_TRANSACTION_MS
  let closing: Promise<void> | undefined

  function assertUsable(): void {
    if (closing !== undefined) throw new UnavailableError('The database is closed.')
    scope.assertOutside()
  }
  async function query(statement: Statement): Promise<QueryResult> {
    assertUsable()
    assertShallow(statement.values)
    return retrying(async (isRetry) => {
      if (!lane.isFree()) await lane.enter()
      const connection = keeper.current() ?? (await keeper.connect())
      return connection.run(isRetry ? nameless(statement) : statement)
    })
  }
  async function alone<T>(use: UseAlone<T>): Promise<T> {
    assertUsable()
    const leave = await lane.enterAlone()
    try {
      return await use(await keeper.connect(), leave)
    } finally {
      leave()
    }
  }
  async function transaction<T>(
    work: (transaction: Queryable) => Promise<T>,
    transactionOptions?: TransactionOptions,
  ): Promise<T> {
    return retrying((isRetry) =>
      alone(async (connection, leave) => {
        const guarded = withIdleLimit(guard(connection, isRetry), { idleMs, onExpiry: leave })
        const run = (transaction: Queryable): Promise<T> => scope.run(() => work(transaction))
        return runTransaction(guarded, run, transactionOptions).finally(guarded.release)
      }),
    )
  }
  async function script(text: string): Promise<readonly Table[]> {
    return alone((connection) =>
      runTransaction(guard(connection), () => connection.runScript(text, SCRIPT_LIMIT_MS)),
    )
  }
  async function shutDown(): Promise<void> {
    endUpkeep()
    await lane.enterAlone()
    await keeper.close()
    release()
  }

  return Object.freeze({
    kind: 'pglite',
    description: `PGlite ${placeOf(options.folder)}`,
    query,
    transaction,
    script,
    isReady: () =>
      query(command('select 1')).then(
        () => true,
        () => false,
      ),
    async close() {
      scope.assertOutside()
      closing ??= shutDown()
      return closing
    },
  })
}

type UseAlone<T> = (connection: PgliteConnection, leave: () => void) => Promise<T>

function guard(connection: PgliteConnection, isRetry = false): TransactionConnection {
  return {
    async query(statement) {
      assertShallow(statement.values)
      return connection.run(isRetry ? nameless(statement) : statement)
    },
    isUsable: connection.isAlive,
  }
}
