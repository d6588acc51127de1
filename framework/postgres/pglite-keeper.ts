/** Keeps a PGlite running: one that has died is started again on its folder by the next statement. */

import { UnavailableError } from '../errors.ts'
import { createPgliteConnection, type PgliteConnection } from './pglite-connection.ts'
import { startPgliteThread, type PgliteThreadOptions } from './pglite-thread.ts'

/** Options of a keeper. */
export type PgliteKeeperOptions = Omit<PgliteThreadOptions, 'onDeath'> & {
  /** Told when PGlite has died, and when it could not be started again. */
  readonly onError: (error: Error) => void
}

/** A PGlite that comes back. */
export interface PgliteKeeper {
  /** The connection, if PGlite runs. */
  current(): PgliteConnection | undefined
  /**
   * The connection; starts PGlite again if it has died.
   * @throws UnavailableError when it can't be started, or was in memory and is lost
   */
  connect(): Promise<PgliteConnection>
  /** Waits for open statements, then shuts down in good order. */
  close(): Promise<void>
}

/** Starts PGlite for the first time. Rejects with what keeps it from starting. */
export async function openPgliteKeeper(options: PgliteKeeperOptions): Promise<PgliteKeeper> {
  const { folder, onError } = options
  let restart: Promise<PgliteConnection> | undefined
  let { thread, connection } = await start()

  async function start() {
    const thread = await startPgliteThread({ ...options, onDeath: onError })
    return { thread, connection: createPgliteConnection(thread) }
  }
  async function startAgain(): Promise<PgliteConnection> {
    try {
      // A thread that is told to end may still be in the middle of a write.
      await thread.close()
      ;({ thread, connection } = await start())
      return connection
    } catch (cause) {
      const error = new UnavailableError(undefined, { cause })
      onError(error)
      throw error
    } finally {
      restart = undefined
    }
  }

  return {
    current: () => (thread.isAlive() ? connection : undefined),
    async connect() {
      if (thread.isAlive()) return connection
      if (folder === undefined) {
        throw new UnavailableError('The database was kept in memory and is lost.')
      }
      return (restart ??= startAgain())
    },
    async close() {
      await restart?.catch(() => undefined)
      await thread.close()
    },
  }
}
