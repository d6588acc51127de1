/** One statement on its way through pg, which calls its methods as the answer comes in. */

import type { Connection, Submittable } from 'pg'

import { InternalError } from '../errors.ts'
import { parseCommandTag } from './command-tag.ts'
import type { Cell, QueryResult, Statement } from './database.ts'
import { MAX_PARAMETERS, NO_SHAPE, type FrameWriter, type RowShape } from './protocol-frames.ts'
import { cellParser, type CellParser } from './wire-types.ts'

/** What the statements of one connection share. */
export interface PgStatements {
  readonly frames: FrameWriter
  /** What the rows of named statements look like, as the server told when it parsed them. */
  readonly shapes: Map<string, RowShape>
}

/** Told once what became of a statement. */
export interface PgOutcome {
  readonly resolve: (result: QueryResult) => void
  readonly reject: (error: unknown) => void
}

/** What pg has and its types don't tell. */
interface PgSession extends Connection {
  /** Texts of the named statements that the server has parsed. */
  readonly parsedStatements: Readonly<Record<string, string | undefined>>
  sendCopyFail(reason: string): void
}

/** A description of rows, as pg reads it. */
interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
}

/**
 * Stands in for pg's own query, which for each run clones its configuration, has the rows described anew, and makes a promise and
 * a timer of a kind that keep rows alive in V8 long after they were used: with pages of 20, half of all CPU time.
 */
export class PgQuery implements Submittable {
  /** pg keeps the text of a parsed statement under its name. */
  readonly name: string
  readonly text: string
  readonly #values: Statement['values']
  readonly #statements: PgStatements
  readonly #outcome: PgOutcome
  readonly #rows: Cell[][] = []
  #shape = NO_SHAPE
  #tag = ''
  #fault: unknown

  constructor(
    { name = '', text, values }: Statement,
    statements: PgStatements,
    outcome: PgOutcome,
  ) {
    this.name = name
    this.text = text
    this.#values = values
    this.#statements = statements
    this.#outcome = outcome
  }

  /** Sends it. What it returns, pg hands to `handleError`. */
  submit(connection: Connection): Error | null {
    const { frames, shapes } = this.#statements
    const { name, text } = this
    const values = this.#values
    const { parsedStatements } = connection as PgSession
    const parsed = name === '' ? undefined : parsedStatements[name]
    if (parsed !== undefined && parsed !== text) {
      return new InternalError(`Two statements share the name ${name}.`)
    }
    if (values.length > MAX_PARAMETERS) return new InternalError('A statement has too many values.')
    if (parsed === undefined) frames.statement({ name, text, values })
    else {
      this.#shape = shapes.get(name) ?? NO_SHAPE
      frames.statement({ name, values })
    }
    connection.stream.write(frames.takeBytes())
    return null
  }

  /** Comes after parsing only. */
  handleRowDescription({ fields }: RowDescription): void {
    this.#shape = {
      columns: fields.map(({ name }) => name),
      parsers: fields.map(({ dataTypeID }) => cellParser(dataTypeID)),
    }
    if (this.name !== '') this.#statements.shapes.set(this.name, this.#shape)
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const { parsers } = this.#shape
    try {
      this.#rows.push(fields.map((text, index) => parseCell(text, parsers[index])))
    } catch (error) {
      // Thrown on, it would end the process.
      this.#fault = error
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text
  }

  handleReadyForQuery(): void {
    if (this.#fault !== undefined) {
      this.#outcome.reject(this.#fault)
      return
    }
    const { command, rowCount } = parseCommandTag(this.#tag)
    this.#outcome.resolve({ columns: this.#shape.columns, rows: this.#rows, rowCount, command })
  }

  handleError(error: unknown): void {
    this.#outcome.reject(error)
  }

  handleEmptyQuery(): void {
    // There is no tag, and no row.
  }

  /** Without it, COPY would wait for data for ever. The sync that was sent before, it has ignored. */
  handleCopyInResponse(connection: Connection): void {
    ;(connection as PgSession).sendCopyFail('Nothing is copied here.')
    connection.sync()
  }

  handleCopyData(): void {
    // Rows of COPY are not rows of a result.
  }
}

function parseCell(text: string | null, parse: CellParser | undefined): Cell {
  return text === null || parse === undefined ? null : parse(text)
}
