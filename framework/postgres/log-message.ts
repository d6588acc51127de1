/** What a process tells the others when it has numbered entries: where the log stands now, and the entries if there is room. */
import type { LogEntry } from './log-entry.ts'
import type { LogPage } from './log.ts'

/** A bus that carries less carries no rows: they would seldom fit, and whoever may connect to a database can listen there. */
const MIN_ROOM_BYTES = 65_536

/** The message of a step, at most so many bytes of UTF-8 long. */
export function formatLogMessage({ epoch, position, entries }: LogPage, maxBytes: number): string {
  const head = JSON.stringify([epoch, position])
  const rows = maxBytes < MIN_ROOM_BYTES ? undefined : rowsWithin(entries, maxBytes - 100)
  return rows === undefined ? head : `[${JSON.stringify(epoch)},${String(position)},[${rows}]]`
}

/** Stops where it gets too long: a step may be far larger than any bus. */
function rowsWithin(entries: readonly LogEntry[], maxBytes: number): string | undefined {
  const parts: string[] = []
  let bytes = 0
  for (const { resource, operation, before, after } of entries) {
    const part = JSON.stringify([resource, operation, before, after])
    bytes += Buffer.byteLength(part) + 1
    if (bytes > maxBytes) return undefined
    parts.push(part)
  }
  return parts.join(',')
}

type Row = readonly [
  resource: string,
  operation: LogEntry['operation'],
  before: LogEntry['before'],
  after: LogEntry['after'],
]

/** Reads a message; undefined when it is none. Its entries are those up to its position; without any it tells only that. */
export function parseLogMessage(text: string): LogPage | undefined {
  const told = parse(text)
  if (!Array.isArray(told)) return undefined
  const [epoch, position, rows = []] = told as readonly unknown[]
  if (typeof epoch !== 'string' || !Number.isSafeInteger(position)) return undefined
  if (!Array.isArray(rows) || !rows.every(isRow)) return undefined
  const last = Number(position)
  const entries = rows.map(([resource, operation, before, after], index) => ({
    position: last - rows.length + 1 + index,
    resource,
    operation,
    before,
    after,
  }))
  return { epoch, position: last, entries }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Our own kind has written it; this only keeps out what others have. */
function isRow(value: unknown): value is Row {
  if (!Array.isArray(value) || value.length !== 4) return false
  const [resource, operation, before, after] = value as readonly unknown[]
  return (
    typeof resource === 'string' &&
    (operation === 'create' || operation === 'update' || operation === 'delete') &&
    typeof before === 'object' &&
    typeof after === 'object'
  )
}
