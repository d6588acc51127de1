/** Makes the folder in which a process keeps its data. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DeclarationError } from '../errors.ts'

/** Makes a folder, and those above it. @throws DeclarationError when that can't be done */
export function makeDataFolder(folder: string): void {
  try {
    make(resolve(folder))
  } catch (cause) {
    throw unfitFolder(folder, cause)
  }
}

/** That a folder takes no data. */
export function unfitFolder(folder: string, cause: unknown): DeclarationError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DeclarationError(
    `The data folder ${folder} can't be used: ${reason}. Set DATA_DIR to a folder that this process may write.`,
    { cause },
  )
}

/** One after another: Node's own `recursive` never comes back where the system says that nothing can be, such as under /proc. */
function make(folder: string): void {
  if (isFolder(folder)) return
  if (folder !== dirname(folder)) make(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
