/** The frames of PostgreSQL's protocol 3.0 that statements need: writes them, and reads PGlite's answers. */

import { DatabaseError } from 'pg'

import type { Cell, Parameter, Table } from './database.ts'
import { cellParser, type CellParser } from './wire-types.ts'

/** What to put into the frames of one statement. */
export interface StatementFrames {
  /** Empty: parsed anew each time. */
  readonly name: string
  /** Absent: the server knows `name` already. */
  readonly text?: string
  readonly values: readonly Parameter[]
}

/** Gathers the frames of many statements, to be sent at once. */
export interface FrameWriter {
  /** Parse (with text), bind and run one statement. */
  statement(frames: StatementFrames): void
  /** Run several statements as text. */
  script(text: string): void
  /** Everything since the last time, in memory of its own. */
  take(): FrameBatch
  /** The same as bytes alone, for a socket. */
  takeBytes(): Buffer
}

/** The frames of several statements or answers. `ends` is where each of them ends in `bytes`. */
export interface FrameBatch {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: readonly number[]
}

/** The columns of a result, and how their cells are read. */
export interface RowShape {
  readonly columns: readonly string[]
  readonly parsers: readonly CellParser[]
}

/** What the server said to one statement. */
export interface Answer {
  /** The server knows the statement's name now. */
  readonly isParsed: boolean
  readonly shape: RowShape
  readonly rows: readonly (readonly Cell[])[]
  /** The parameters fitted the statement. */
  readonly isBound: boolean
  /** `INSERT 0 1`; empty for an empty text. Absent when the statement did not come to its end. */
  readonly tag?: string
  readonly error?: DatabaseError
}

/** The most parameters of one statement: their number is sent in 16 bits. */
export const MAX_PARAMETERS = 65_535

const INITIAL_BYTES = 16_384
/** UTF-8 needs at most this many bytes for one unit of a JavaScript string. */
const BYTES_PER_UNIT = 3

const frontend = (letter: string): number => letter.charCodeAt(0)
const PARSE = frontend('P')
const BIND = frontend('B')
const CLOSE = frontend('C')
const DESCRIBE = frontend('D')
const EXECUTE = frontend('E')
const QUERY = frontend('Q')
/** Execute the unnamed portal without a limit of rows; sync. */
const EXECUTE_AND_SYNC = [EXECUTE, 0, 0, 0, 9, 0, 0, 0, 0, 0, frontend('S'), 0, 0, 0, 4]

/** @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
export function createFrameWriter(): FrameWriter {
  let buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  let at = 0
  let ends: number[] = []

  function reserve(bytes: number): void {
    if (at + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(2 * (at + bytes))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }
  function text(value: string): void {
    reserve(value.length * BYTES_PER_UNIT + 1)
    at += buffer.write(value, at)
    buffer[at++] = 0
  }
  function parameter(value: Parameter): void {
    const bytes = value === null ? -1 : buffer.write(value, at + 4)
    at = buffer.writeInt32BE(bytes, at) + Math.max(0, bytes)
  }
  /** One frame: its letter, its length without the letter, and what `body` writes. */
  function frame(letter: number, body: () => void): void {
    reserve(5)
    const start = at
    buffer[start] = letter
    at += 5
    body()
    buffer.writeInt32BE(at - start - 1, start + 1)
  }
  function bind(name: string, values: readonly Parameter[]): void {
    text('')
    text(name)
    reserve(values.reduce((sum, value) => sum + 4 + (value?.length ?? 0) * BYTES_PER_UNIT, 6))
    at = buffer.writeUInt16BE(0, at) // every parameter is text
    at = buffer.writeUInt16BE(values.length, at)
    for (const value of values) parameter(value)
    at = buffer.writeUInt16BE(0, at) // and so is every column
  }

  return {
    statement({ name, text: sql, values }) {
      if (sql !== undefined) {
        // What was known by this name can no longer be run. To close what is not there is no error.
        if (name !== '') frame(CLOSE, () => text(`S${name}`))
        frame(PARSE, () => {
          text(name)
          text(sql)
          reserve(2)
          at = buffer.writeUInt16BE(0, at)
        })
        frame(DESCRIBE, () => text(`S${name}`))
      }
      frame(BIND, () => bind(name, values))
      reserve(EXECUTE_AND_SYNC.length)
      for (const byte of EXECUTE_AND_SYNC) buffer[at++] = byte
      ends.push(at)
    },
    script(sql) {
      frame(QUERY, () => text(sql))
      ends.push(at)
    },
    take() {
      const batch = { bytes: new Uint8Array(buffer.subarray(0, at)), ends }
      at = 0
      ends = []
      return batch
    },
    takeBytes() {
      const bytes = Buffer.from(buffer.subarray(0, at))
      at = 0
      ends = []
      return bytes
    },
  }
}

const PARSE_COMPLETE = 0x31 // 1
const BIND_COMPLETE = 0x32 // 2
const DATA_ROW = 0x44 // D
const COMMAND_COMPLETE = 0x43 // C
const EMPTY_QUERY = 0x49 // I
const ERROR_RESPONSE = 0x45 // E
const ROW_DESCRIPTION = 0x54 // T
/** Of what returns no rows. */
export const NO_SHAPE: RowShape = Object.freeze({ columns: [], parsers: [] })

/** Reads the whole answer to one statement. Rows that come without a description have the shape that is `known`. */
export function readAnswer(bytes: Buffer, known: RowShape = NO_SHAPE): Answer {
  const answer: { -readonly [K in keyof Answer]: Answer[K] } = {
    isParsed: false,
    isBound: false,
    shape: known,
    rows: [],
  }
  let rows: Cell[][] = []
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    switch (bytes[at]) {
      case DATA_ROW:
        rows.push(readRow(bytes, at + 5, answer.shape.parsers))
        break
      case ROW_DESCRIPTION:
        answer.shape = readShape(bytes, at + 5)
        rows = []
        break
      case COMMAND_COMPLETE:
        answer.tag = readText(bytes, at + 5)
        break
      case ERROR_RESPONSE:
        // It may come after the command's end: what is deferred is judged at the sync.
        answer.error ??= readError(bytes, at + 5)
        break
      case PARSE_COMPLETE:
        answer.isParsed = true
        break
      case BIND_COMPLETE:
        answer.isBound = true
        break
      case EMPTY_QUERY:
        answer.tag = ''
        break
      default:
    }
  }
  answer.rows = rows
  return answer
}

/** Reads the rows of each statement of a script that answers any, in order. */
export function readTables(bytes: Buffer): readonly Table[] {
  const tables: { readonly columns: readonly string[]; readonly rows: Cell[][] }[] = []
  let { parsers } = NO_SHAPE
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    if (bytes[at] === ROW_DESCRIPTION) {
      const shape = readShape(bytes, at + 5)
      tables.push({ columns: shape.columns, rows: [] })
      ;({ parsers } = shape)
    }
    if (bytes[at] === DATA_ROW) tables.at(-1)?.rows.push(readRow(bytes, at + 5, parsers))
  }
  return tables
}

function readRow(bytes: Buffer, start: number, parsers: readonly CellParser[]): Cell[] {
  let at = start + 2
  return parsers.map((parse) => {
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0) return null
    const begin = at
    at += length
    return parse(bytes.toString('utf8', begin, at))
  })
}

/** After each column's name: table, number of the column, type, its size, its modifier, format. */
const COLUMN_BYTES = 18
const TYPE_OFFSET = 6

function readShape(bytes: Buffer, start: number): RowShape {
  const columns: string[] = []
  const parsers: CellParser[] = []
  let at = start + 2
  for (let left = bytes.readUInt16BE(start); left > 0; left -= 1) {
    const end = bytes.indexOf(0, at)
    columns.push(bytes.toString('utf8', at, end))
    parsers.push(cellParser(bytes.readUInt32BE(end + 1 + TYPE_OFFSET)))
    at = end + 1 + COLUMN_BYTES
  }
  return { columns, parsers }
}

function readText(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', start, bytes.indexOf(0, start))
}

const SEVERITY = 'S'
const FIELDS: ReadonlyMap<string, 'code' | 'detail' | 'hint' | 'table' | 'constraint' | 'routine'> =
  new Map([
    ['C', 'code'],
    ['D', 'detail'],
    ['H', 'hint'],
    ['t', 'table'],
    ['n', 'constraint'],
    ['R', 'routine'],
  ])

function readError(bytes: Buffer, start: number): DatabaseError {
  const fields = new Map<string, string>()
  for (let at = start; bytes[at] !== 0; at = bytes.indexOf(0, at) + 1) {
    fields.set(String.fromCharCode(bytes[at] ?? 0), readText(bytes, at + 1))
  }
  const error = new DatabaseError(fields.get('M') ?? '', bytes.length, 'error')
  error.severity = fields.get(SEVERITY)
  for (const [letter, field] of FIELDS) error[field] = fields.get(letter)
  return error
}
