/** The one table that reads PostgreSQL's text of a value into wire form, for both databases. */

import type { Cell } from './database.ts'

/** Reads the text of one value that is not null. */
export type CellParser = (text: string) => Cell

/** The parser for a type, by its oid (the fixed ones of `pg_type.dat`). A type without one stays PostgreSQL's text. */
export function cellParser(oid: number): CellParser {
  return PARSERS.get(oid) ?? asText
}

const asText: CellParser = (text) => text
const asNumber: CellParser = (text) => Number(text)
const asJson: CellParser = (text) => JSON.parse(text)

const PARSERS: ReadonlyMap<number, CellParser> = new Map([
  [16, (text) => text === 't'], // bool
  [21, asNumber], // int2
  [23, asNumber], // int4
  [114, asJson], // json
  [700, asNumber], // float4
  [701, asNumber], // float8
  [1009, toStrings], // text[]
  [1015, toStrings], // varchar[]
  [1184, toInstant], // timestamptz
  [2951, toStrings], // uuid[]
  [3802, asJson], // jsonb
])

const SPACE = 0x20
const PLUS = 0x2b
const END_OF_SECONDS = 19

/**
 * `2026-11-20 13:00:00.12+00` as `2026-11-20T13:00:00.120Z`, by position, since a `Date` costs ten times as much. The session
 * speaks UTC. What PostgreSQL writes otherwise (infinity, years before 1 and after 9999) stays as it is.
 */
function toInstant(text: string): string {
  const end = text.length - 3
  if (text.charCodeAt(end) !== PLUS || text.charCodeAt(10) !== SPACE) return text
  const seconds = `${text.slice(0, 10)}T${text.slice(11, END_OF_SECONDS)}`
  if (end === END_OF_SECONDS) return `${seconds}.000Z`
  return `${seconds}.${text
    .slice(END_OF_SECONDS + 1, end)
    .padEnd(3, '0')
    .slice(0, 3)}Z`
}

/** One element: quoted, with `\` before `"` and `\`, or bare; the bare word NULL is null. */
const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^,{}]+)/gs

/** `{a,"b c",NULL}` as `['a', 'b c', null]`. An array of arrays, or one that does not count from 1, stays as it is. */
function toStrings(text: string): Cell {
  if (!text.startsWith('{') || text.startsWith('{{')) return text
  return Array.from(text.matchAll(ELEMENT), ([, quoted, bare]) =>
    quoted === undefined ? (bare === 'NULL' ? null : bare) : quoted.replaceAll(/\\(.)/gs, '$1'),
  )
}
