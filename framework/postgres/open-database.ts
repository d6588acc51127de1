/** Opens the database that the configuration asks for. */

import type { Database } from './database.ts'
import { openPgDatabase } from './pg-database.ts'
import { openPgliteDatabase } from './pglite-database.ts'

/** Which database, and where. */
export interface OpenDatabaseOptions {
  /** A PostgreSQL server. Absent: PGlite. */
  readonly url?: string | undefined
  /** PGlite's folder. Absent: in memory. */
  readonly folder?: string | undefined
  /** Told what goes wrong without a caller to tell. */
  readonly onError: (error: Error) => void
}

/**
 * Opens a database on a server, or PGlite in this process.
 * @throws DeclarationError when what is configured is not fit; UnavailableError when the server is away
 */
export async function openDatabase({
  url,
  folder,
  onError,
}: OpenDatabaseOptions): Promise<Database> {
  return url === undefined
    ? openPgliteDatabase({ folder, onError })
    : openPgDatabase({ url, onError })
}
