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
  return ({ position, resource, operation, before, after }) => {
    const read = readers.get(resource)
    const row = after ?? before
    return {
      position,
      resource,
      operation,
      key: row === null ? '' : (read?.key(row) ?? ''),
      before: before === null ? undefined : read?.item(before),
      after: after === null ? undefined : read?.item(after),
    }
  }
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
