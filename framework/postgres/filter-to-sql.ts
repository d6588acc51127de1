/** Writes filters as conditions of SQL. */
import { sql } from 'kysely'
import { InternalError } from '../errors.ts'
import type { Comparison } from '../filter/filter.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import { attributeOf, type Slot, type SlotFilter } from './slot-filter.ts'
import { asColumn, sqlArrayType, type Sql } from './sql-text.ts'

/** The row that a condition is about: a row of a table, or one that is about to be written. */
export interface SqlRow {
  readonly registry: Registry
  readonly resource: Resource
  /** Tells the tables of one statement apart; grows with the depth of links. */
  readonly depth: number
  /** The rows that links lead to are locked against deletes and key changes, so that what a write relies on stays. */
  readonly isLocking: boolean
  /** The value of an attribute. */
  attribute(name: string, isBefore: boolean): Sql
}

/** The alias of the table that a statement is about. */
export const ROW = 't0'

/** A row of the table that a statement is about. */
export function tableRow(registry: Registry, resource: Resource, isLocking = false): SqlRow {
  return rowAt(registry, resource, { depth: 0, isLocking })
}

/**
 * The row of an update as it will be: what is written is taken from its slots, the rest stays.
 * @param row the row as it is
 */
export function writtenRow(row: SqlRow, written: ReadonlyMap<string, Slot>): SqlRow {
  return {
    ...row,
    attribute(name, isBefore) {
      const slot = isBefore ? undefined : written.get(name)
      if (slot === undefined) return row.attribute(name, isBefore)
      return asColumn(slot, attributeOf(row.resource, name))
    },
  }
}

/** The row that a create makes. What it was before, and what the database makes, is null. */
export function createdRow(
  registry: Registry,
  resource: Resource,
  written: ReadonlyMap<string, Slot>,
): SqlRow {
  const row: SqlRow = {
    ...tableRow(registry, resource, true),
    attribute: (name) => asColumn(sql`null`, attributeOf(resource, name)),
  }
  return writtenRow(row, written)
}

/** The condition that a row meets which the filter selects; null where the filter is unknown. */
export function filterToSql(filter: SlotFilter, row: SqlRow): Sql {
  switch (filter.kind) {
    case 'all':
      return sql`true`
    case 'none':
      return sql`false`
    case 'unknown':
      return sql`null::boolean`
    case 'not':
      return sql`not ${filterToSql(filter.filter, row)}`
    case 'and':
    case 'or':
      return combined(filter.kind, filter.filters, row)
    case 'query':
      throw new InternalError('A query is written out when its values are taken out.')
    case 'exists':
      return sql`${row.attribute(filter.attribute, filter.isBefore ?? false)} is not null`
    case 'compare':
      return comparison(filter, row)
    case 'oneof': {
      const { column } = attributeOf(row.resource, filter.attribute)
      const held = row.attribute(filter.attribute, filter.isBefore ?? false)
      return sql`${held} = any(cast(${filter.values[0]} as ${sqlArrayType(column)}))`
    }
    case 'linked':
      return linkedRows(filter, row)
  }
}

/** Conditions that must all hold. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)
}

function combined(kind: 'and' | 'or', filters: readonly SlotFilter[], row: SqlRow): Sql {
  if (filters.length === 0) return kind === 'and' ? sql`true` : sql`false`
  const conditions = filters.map((filter) => filterToSql(filter, row))
  return sql`(${sql.join(conditions, kind === 'and' ? sql` and ` : sql` or `)})`
}

const SIGN: Readonly<Record<Exclude<Comparison, 'contains' | 'startswith' | 'endswith'>, Sql>> = {
  eq: sql`=`,
  ne: sql`<>`,
  lt: sql`<`,
  lte: sql`<=`,
  gt: sql`>`,
  gte: sql`>=`,
}

function comparison(
  { attribute, operator, value, isBefore = false }: Extract<SlotFilter, { kind: 'compare' }>,
  row: SqlRow,
): Sql {
  const held = row.attribute(attribute, isBefore)
  switch (operator) {
    case 'contains':
    case 'startswith':
    case 'endswith':
      // Under "C", lower() folds A to Z alone, in every database.
      return sql`lower(${held} collate "C") like cast(${value} as text)`
    default:
      return sql`${held} ${SIGN[operator]} ${asColumn(value, attributeOf(row.resource, attribute))}`
  }
}

/** Never null: a row is there, or not. */
function linkedRows({ join, filter }: Extract<SlotFilter, { kind: 'linked' }>, row: SqlRow): Sql {
  const target = row.registry.resource(join.target)
  const depth = row.depth + 1
  const other = rowAt(row.registry, target, { depth, isLocking: row.isLocking })
  const pairs = join.on.map(
    ({ local, remote }) => sql`${other.attribute(remote, false)} = ${row.attribute(local, false)}`,
  )
  const conditions = filter.kind === 'all' ? pairs : [...pairs, filterToSql(filter, other)]
  const lock = row.isLocking ? sql` for key share of ${aliasAt(depth)}` : sql``
  const from = sql`${sql.table(target.name)} as ${aliasAt(depth)}`
  return sql`exists (select 1 from ${from} where ${allOf(conditions)}${lock})`
}

function rowAt(
  registry: Registry,
  resource: Resource,
  place: Pick<SqlRow, 'depth' | 'isLocking'>,
): SqlRow {
  const alias = aliasAt(place.depth)
  return {
    registry,
    resource,
    ...place,
    attribute: (name) => sql`${alias}.${sql.id(name)}`,
  }
}

function aliasAt(depth: number): Sql {
  return sql.id(`t${String(depth)}`)
}
