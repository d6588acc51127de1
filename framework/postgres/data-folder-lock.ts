/** Keeps a data folder to one process: two that write into one folder lose each other's rows without a word. */

import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { DeclarationError } from '../errors.ts'
import { makeDataFolder, unfitFolder } from './data-folder.ts'

/** A lock that is held until it is released or the process ends, however it ends. */
export interface DataFolderLock {
  release(): void
}

/** Every lock of this process: one that nobody remembers would be collected as garbage, and be free. */
const held = new Set<DatabaseSync>()

/** SQLite's result code SQLITE_BUSY. */
const BUSY = 5

/**
 * Locks a folder, which need not be there yet, by a lock of the operating system on a file beside it. SQLite is asked because
 * Node itself has no file locks. The file stays: to remove it could take it from under another process.
 * @throws DeclarationError when another process (or this one) holds the folder, or it can't be written
 */
export function lockDataFolder(folder: string): DataFolderLock {
  const file = `${resolve(folder)}.lock`
  makeDataFolder(dirname(file))
  const database = openFile(file, folder)
  try {
    database.exec(`
      pragma busy_timeout = 0;
      pragma journal_mode = memory;
      pragma locking_mode = exclusive;
      begin exclusive;
    `)
  } catch (error) {
    database.close()
    throw isBusy(error) ? inUse(folder, error) : unfitFolder(folder, error)
  }
  held.add(database)
  return {
    release() {
      held.delete(database)
      database.close()
    },
  }
}

function openFile(file: string, folder: string): DatabaseSync {
  try {
    return new DatabaseSync(file)
  } catch (error) {
    throw unfitFolder(folder, error)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === BUSY
}

function inUse(folder: string, cause: unknown): DeclarationError {
  return new DeclarationError(
    `Another process uses the data folder ${folder}. Stop that process, give this one a folder of its own (DATA_DIR), or let both use one PostgreSQL server (DATABASE_URL).`,
    { cause },
  )
}
