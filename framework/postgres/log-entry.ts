/** One row of the log, and the change that it stands for. */

import type { Change, ChangeOperation, WireItem } from '../event/change.ts'
import { keyOf } from '../resource/key.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Cell } from './database.ts'

/** The columns that `toEntry` reads, in this order. */
export const ENTRY_COLUMNS = 'position, resource, operation, before, after'

/** A row of `holdfast_log`. */
export interface LogEntry {
  readonly position: number
  readonly resource: string
  readonly operation: ChangeOperation
  readonly before: WireItem | null
  readonly after: WireItem | null
}

/** Reads the cells of `ENTRY_COLUMNS`. Only the triggers write them, so nothing is checked. */
export function toEntry(cells: readonly Cell[]): LogEntry {
  const [position, resource, operation, before, after] = cells
  return {
    position: Number(position),
    resource: String(resource),
    operation: operation as ChangeOperation,
    before: before as WireItem | null,
    after: after as WireItem | null,
  }
}

/**
 * Tells changes as the declarations are now: an entry may have been written before an attribute was added, which is then null, or
 * became secret, and is then left out. The key of a resource that is no longer declared is ''.
 */
export function changeReader(registry: Registry): (entry: LogEntry) => Change {
  const readers = new Map(registry.list.map((resource) => [resource.name, rowReader(resource)]))
  return (entry) => new LoggedChange(entry, readers.get(entry.resource))
}

interface RowReader {
  key(row: WireItem): string
  item(row: WireItem): WireItem
}

function rowReader(resource: Resource): RowReader {
  const names = resource.attributeNames.filter((name) => resource.attributes[name]?.readable)
  return {
    key: (row) => keyOf(resource, row),
    item: (row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])),
  }
}

/** Most changes concern nobody who listens: what they hold is made when it is asked for, once. */
class LoggedChange implements Change {
  readonly position: number
  readonly resource: string
  readonly operation: ChangeOperation
  readonly #entry: LogEntry
  readonly #reader: RowReader | undefined
  #key: string | undefined
  #before: WireItem | undefined
  #after: WireItem | undefined

  constructor(entry: LogEntry, reader: RowReader | undefined) {
    this.position = entry.position
    this.resource = entry.resource
    this.operation = entry.operation
    this.#entry = entry
    this.#reader = reader
  }

  get key(): string {
    return (this.#key ??= this.#readKey())
  }
  get before(): WireItem | undefined {
    return (this.#before ??= this.#readItem(this.#entry.before))
  }
  get after(): WireItem | undefined {
    return (this.#after ??= this.#readItem(this.#entry.after))
  }

  #readKey(): string {
    const row = this.#entry.after ?? this.#entry.before
    return row === null ? '' : (this.#reader?.key(row) ?? '')
  }
  #readItem(row: WireItem | null): WireItem | undefined {
    return row === null ? undefined : this.#reader?.item(row)
  }
}
