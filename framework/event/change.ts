/** A committed change of one row, as the log tells it. */
import type { Json } from '../filter/filter.ts'

/** What was done to a row. */
export type ChangeOperation = 'create' | 'update' | 'delete'

/** An item in wire form, without secret attributes. */
export type WireItem = Readonly<Record<string, Json>>

/** One entry of the event log. */
export interface Change {
  /** Its place in the one order of all changes: dense, from 1. */
  readonly position: number
  /** Name of the resource. */
  readonly resource: string
  readonly operation: ChangeOperation
  readonly key: string
  /** The row before an update or delete; never leaves the server. */
  readonly before: WireItem | undefined
  /** The row after a create or update. */
  readonly after: WireItem | undefined
}

/** A batch of changes in ascending, dense positions. */
export interface ChangeBatch {
  readonly epoch: string
  readonly changes: readonly Change[]
}

/** A place in the log. Its text `epoch-position` is the cursor on the wire, opaque to clients. */
export interface Cursor {
  readonly epoch: string
  readonly position: number
}

/** The wire form of a cursor. */
export function formatCursor({ epoch, position }: Cursor): string {
  return `${epoch}-${String(position)}`
}

/** The cursor that a text stands for; undefined when it is none. */
export function parseCursor(text: string): Cursor | undefined {
  const match = /^([a-z0-9]{1,32})-(0|[1-9][0-9]{0,15})$/.exec(text)
  const [, epoch, position] = match ?? []
  return epoch === undefined || position === undefined
    ? undefined
    : Object.freeze({ epoch, position: Number(position) })
}
