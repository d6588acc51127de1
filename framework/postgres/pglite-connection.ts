/** Statements and their results, over one PGlite thread: keeps named statements prepared, reads answers. */

import { InternalError } from '../errors.ts'
import { parseCommandTag } from './command-tag.ts'
import type { QueryResult, Statement, Table } from './database.ts'
import type { PgliteThread } from './pglite-thread.ts'
import { isRetriable, toResourceError } from './postgres-error.ts'
import {
  MAX_PARAMETERS,
  readAnswer,
  readTables,
  type Answer,
  type RowShape,
} from './protocol-frames.ts'

/** A connection to PGlite. Statements run one after the other, in the order of the calls. */
export interface PgliteConnection {
  /** @throws the error of `toResourceError` */
  run(statement: Statement): Promise<QueryResult>
  /** Runs several statements as text. */
  runScript(text: string, limitMs: number): Promise<readonly Table[]>
  isAlive(): boolean
}

/** A statement that has been parsed under its name, or is just being. */
interface NamedStatement {
  readonly text: string
  /** Told when it is parsed. The rows of later runs come without. */
  shape?: RowShape
}

/** The connection to a thread. A thread has one. */
export function createPgliteConnection(thread: PgliteThread): PgliteConnection {
  const names = new Map<string, NamedStatement>()

  /** @returns the statement, and whether PGlite has yet to parse it */
  function prepare({ name, text }: Statement): readonly [NamedStatement, boolean] {
    const known = name === undefined ? undefined : names.get(name)
    if (known !== undefined && known.text !== text) {
      throw new InternalError(`Two statements share the name ${name ?? ''}.`)
    }
    const statement = known ?? { text }
    if (name !== undefined) names.set(name, statement)
    return [statement, known === undefined]
  }
  function forget(name: string | undefined, statement: NamedStatement): void {
    if (name !== undefined && names.get(name) === statement) names.delete(name)
  }
  /** PGlite can stop in the middle: without an error, and with nothing done. Then it is not to be trusted any more. */
  function breakOff(): never {
    const error = new InternalError('PGlite broke off an answer.')
    thread.abandon(error)
    throw error
  }

  return {
    async run(statement) {
      const { name, text, values } = statement
      if (values.length > MAX_PARAMETERS)
        throw new InternalError('A statement has too many values.')
      const [prepared, isNew] = prepare(statement)
      const bytes = await thread.request((frames) =>
        frames.statement({ name: name ?? '', values, ...(isNew ? { text } : {}) }),
      )
      const answer = read(bytes, prepared.shape)
      if (answer.isParsed) prepared.shape = answer.shape
      else if (isNew) forget(name, prepared)
      if (answer.error !== undefined) {
        if (isRetriable(answer.error)) forget(name, prepared)
        throw toResourceError(answer.error)
      }
      if (!answer.isBound || answer.tag === undefined) breakOff()
      const { shape, rows } = answer
      return { columns: shape.columns, rows, ...parseCommandTag(answer.tag) }
    },
    async runScript(text, limitMs) {
      const bytes = await thread.request((frames) => frames.script(text), limitMs)
      const answer = read(bytes)
      if (answer.error !== undefined) throw toResourceError(answer.error)
      if (answer.tag === undefined) breakOff()
      return readTables(bytes)
    },
    isAlive: thread.isAlive,
  }
}

function read(bytes: Buffer, shape?: RowShape): Answer {
  try {
    return readAnswer(bytes, shape)
  } catch (error) {
    throw toResourceError(error)
  }
}
