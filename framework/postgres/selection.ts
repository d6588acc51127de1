/** What a statement gives back of each row, and how a result is made of it. */
import { sql } from 'kysely'
import { keyOf } from '../resource/key.ts'
import type { Resource } from '../resource/resource.ts'
import { VERSION, type Result } from '../store/store.ts'
import type { Cell } from './database.ts'
import { filterToSql, type SqlRow } from './filter-to-sql.ts'
import type { SlotAccess } from './slot-access.ts'
import type { SlotFilter } from './slot-filter.ts'
import { VERSION_COLUMN } from './table.ts'
import type { Sql } from './sql-text.ts'

/** The cells of one row. */
export type Row = readonly Cell[]

/** The columns that a statement selects. */
export interface Selection {
  readonly columns: readonly Sql[]
  /** Where the plain value of an attribute stands, whoever may read it; for places in an order. */
  cellOf(attribute: string): number
  toResult(row: Row): Result
}

/** An attribute of the items. */
interface Shown {
  readonly name: string
  readonly cell: number
  /** The cell that says whether the caller may read it in this row; -1: in every row. */
  readonly flag: number
}

/**
 * What the caller may see of a row, and do with it.
 * @param plain attributes whose plain values are needed besides
 */
export function selectionOf(
  row: SqlRow,
  access: SlotAccess,
  plain: readonly string[] = [],
): Selection {
  const columns: Sql[] = []
  const add = (column: Sql): number => columns.push(column) - 1
  const held = new Map<SlotFilter, number>()
  const hold = (rule: SlotFilter): number => {
    const cell = held.get(rule) ?? add(sql`coalesce(${filterToSql(rule, row)}, false)`)
    held.set(rule, cell)
    return cell
  }
  const shown = showAttributes(row, access, { add, hold })
  const cells = new Map<string, number>()
  for (const { name, cell, flag } of shown) if (flag === -1) cells.set(name, cell)
  for (const name of [...row.resource.key, ...plain]) {
    if (!cells.has(name)) cells.set(name, add(row.attribute(name, false)))
  }
  const cellOf = (attribute: string): number => cells.get(attribute) ?? -1
  const toResult = resultMaker({
    shown,
    toKey: keyMaker(row.resource, cellOf),
    updatable: permission(access.update, hold),
    deletable: permission(access.delete, hold),
    version: add(row.attribute(VERSION_COLUMN, false)),
  })
  return Object.freeze({ columns, cellOf, toResult })
}

/** Adds to what is selected, and says where it stands. */
interface Cells {
  add(column: Sql): number
  /** Whether a rule holds in the row; one cell for each rule. */
  hold(rule: SlotFilter): number
}

function showAttributes(row: SqlRow, access: SlotAccess, { add, hold }: Cells): readonly Shown[] {
  const shown: Shown[] = []
  for (const [name, { readable }] of access.attributes) {
    if (!isReadable(readable)) continue
    const column = row.attribute(name, false)
    if (readable.kind === 'all') {
      shown.push({ name, cell: add(column), flag: -1 })
      continue
    }
    const condition = filterToSql(readable, row)
    const flag = hold(readable)
    shown.push({ name, cell: add(sql`case when ${condition} then ${column} end`), flag })
  }
  return shown
}

function isReadable({ kind }: SlotFilter): boolean {
  return kind !== 'none' && kind !== 'unknown'
}

/** True or false for every row, or the cell that says it. */
type Permission = boolean | number

function permission(rule: SlotFilter, hold: Cells['hold']): Permission {
  if (rule.kind === 'all') return true
  return isReadable(rule) ? hold(rule) : false
}

function keyMaker(resource: Resource, cellOf: (attribute: string) => number): (row: Row) => string {
  const [first, ...rest] = resource.key.map((name) => ({ name, cell: cellOf(name) }))
  if (first === undefined || rest.length > 0) {
    const parts = resource.key.map((name) => ({ name, cell: cellOf(name) }))
    return (row) =>
      keyOf(resource, Object.fromEntries(parts.map(({ name, cell }) => [name, row[cell]])))
  }
  return (row) => String(row[first.cell])
}

interface ResultParts {
  readonly shown: readonly Shown[]
  readonly toKey: (row: Row) => string
  readonly updatable: Permission
  readonly deletable: Permission
  readonly version: number
}

function resultMaker(parts: ResultParts): (row: Row) => Result {
  const { shown, toKey, updatable, deletable, version } = parts
  return (row) => {
    const item: Record<string, Cell> = {}
    for (const { name, cell, flag } of shown) {
      if (flag === -1 || row[flag] === true) item[name] = row[cell]
    }
    return {
      key: toKey(row),
      item,
      updatable: typeof updatable === 'boolean' ? updatable : row[updatable] === true,
      deletable: typeof deletable === 'boolean' ? deletable : row[deletable] === true,
      [VERSION]: String(row[version]),
    }
  }
}
