/** The statements that read rows. */
import { sql } from 'kysely'
import type { Order } from '../filter/order.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import { allOf, filterToSql, ROW, tableRow, type SqlRow } from './filter-to-sql.ts'
import { branchesAfter, orderToSql, type PlacedTerm } from './order-to-sql.ts'
import type { PlanSource } from './plan.ts'
import { selectionOf, type Selection } from './selection.ts'
import type { SlotAccess } from './slot-access.ts'
import { attributeOf, type Slot, type SlotFilter } from './slot-filter.ts'
import { asColumn, sqlArrayType, wholeNumber, type Sql } from './sql-text.ts'

/** What every statement is made from. */
export interface StatementScope {
  readonly registry: Registry
  readonly resource: Resource
  readonly access: SlotAccess
}

/** The table, under the alias that columns are named with. */
export function tableOf(resource: Resource): Sql {
  return sql`${sql.table(resource.name)} as ${sql.id(ROW)}`
}

/** The row with the key whose values are the first of the call. */
export function hasKey(resource: Resource, row: SqlRow): Sql {
  return allOf(
    resource.key.map(
      (name, slot) =>
        sql`${row.attribute(name, false)} = ${asColumn({ slot }, attributeOf(resource, name))}`,
    ),
  )
}

/** The conditions that are not met by every row. */
export function conditionsOf(filters: readonly SlotFilter[], row: SqlRow): readonly Sql[] {
  return filters.filter(({ kind }) => kind !== 'all').map((filter) => filterToSql(filter, row))
}

/** One row by its key. */
export function readStatement(scope: StatementScope): PlanSource<Selection> {
  const { registry, resource, access } = scope
  const row = tableRow(registry, resource)
  const selection = selectionOf(row, access)
  const conditions = [hasKey(resource, row), ...conditionsOf([access.read], row)]
  return {
    sql: sql`select ${sql.join([...selection.columns])} from ${tableOf(resource)} where ${allOf(conditions)}`,
    reader: selection,
  }
}

/** The rows with the keys whose parts are arrays, the first values of the call; in no order. */
export function readBatchStatement(scope: StatementScope): PlanSource<Selection> {
  const { registry, resource, access } = scope
  const row = tableRow(registry, resource)
  const selection = selectionOf(row, access)
  const columns = resource.key.map((name) => row.attribute(name, false))
  const arrays = resource.key.map(
    (name, slot) => sql`cast(${{ slot }} as ${sqlArrayType(attributeOf(resource, name).column)})`,
  )
  const isAsked =
    arrays.length === 1
      ? sql`${columns[0]} = any(${arrays[0]})`
      : sql`(${sql.join(columns)}) in (select * from unnest(${sql.join(arrays)}))`
  const conditions = [isAsked, ...conditionsOf([access.read], row)]
  return {
    sql: sql`select ${sql.join([...selection.columns])} from ${tableOf(resource)} where ${allOf(conditions)}`,
    reader: selection,
  }
}

/** Attributes that nobody may read, of one row by its key. */
export function secretsStatement(
  { registry, resource }: Omit<StatementScope, 'access'>,
  names: readonly string[],
): PlanSource<readonly string[]> {
  const row = tableRow(registry, resource)
  const columns = names.map((name) => row.attribute(name, false))
  return {
    sql: sql`select ${sql.join(columns)} from ${tableOf(resource)} where ${hasKey(resource, row)}`,
    reader: names,
  }
}

/** What a page is made from. */
export interface PageParts {
  readonly filter: SlotFilter
  readonly order: Order
  /** The place that it comes after. */
  readonly after: readonly PlacedTerm[] | undefined
  /** The most rows. A number becomes part of the text: the planner guesses badly at a limit that it can't see. */
  readonly limit: Slot | number
}

/** One page of rows. */
export function searchStatement(scope: StatementScope, parts: PageParts): PlanSource<Selection> {
  const { query, selection } = pageOf(scope, parts)
  return { sql: query, reader: selection }
}

/** How many rows the filter selects. */
export function countStatement(
  { registry, resource, access }: StatementScope,
  filter: SlotFilter,
): PlanSource<undefined> {
  const row = tableRow(registry, resource)
  const conditions = conditionsOf([access.read, filter], row)
  return {
    sql: sql`select count(*) from ${tableOf(resource)} where ${allOf(conditions)}`,
    reader: undefined,
  }
}

/** Groups of values of some attributes: for each attribute an array, each slot one. */
export interface GroupParts {
  readonly attributes: readonly string[]
  readonly arrays: readonly Slot[]
}

/** A page for each group; the number of the group, from 1, is the last cell of each row. */
export function searchGroupsStatement(
  scope: StatementScope,
  groups: GroupParts,
  parts: PageParts,
): PlanSource<Selection> {
  const { query, selection, orderOver } = pageOf(scope, parts, groups.attributes)
  return {
    sql: sql`select p.*, g.n from ${groupsTable(scope.resource, groups)} cross join lateral (${query}) as p order by g.n, ${orderOver('p')}`,
    reader: selection,
  }
}

/** A count for each group, in their order. */
export function countGroupsStatement(
  { registry, resource, access }: StatementScope,
  groups: GroupParts,
  filter: SlotFilter,
): PlanSource<undefined> {
  const row = tableRow(registry, resource)
  const conditions = [
    ...isInGroup(groups.attributes, row),
    ...conditionsOf([access.read, filter], row),
  ]
  return {
    sql: sql`select c.n from ${groupsTable(resource, groups)} cross join lateral (select count(*) as n from ${tableOf(resource)} where ${allOf(conditions)}) as c order by g.n`,
    reader: undefined,
  }
}

interface PageSql {
  readonly query: Sql
  readonly selection: Selection
  /** The order again, over the query's rows under an alias. */
  readonly orderOver: (alias: string) => Sql
}

function pageOf(scope: StatementScope, parts: PageParts, grouped: readonly string[] = []): PageSql {
  const { registry, resource, access } = scope
  const { filter, order, after, limit } = parts
  const row = tableRow(registry, resource)
  const selection = selectionOf(
    row,
    access,
    order.map(({ attribute }) => attribute),
  )
  const columns = selection.columns.map((column, index) => sql`${column} as ${cellName(index)}`)
  const conditions = [...isInGroup(grouped, row), ...conditionsOf([access.read, filter], row)]
  const ordered = orderToSql(order, (name) => row.attribute(name, false))
  const most = sql`limit ${typeof limit === 'number' ? wholeNumber(limit) : sql`cast(${limit} as bigint)`}`
  const range = (branch: readonly Sql[]): Sql =>
    sql`select ${sql.join(columns)} from ${tableOf(resource)} where ${allOf([...conditions, ...branch])} order by ${ordered} ${most}`
  const orderOver = (alias: string): Sql =>
    orderToSql(order, (name) => sql`${sql.id(alias)}.${cellName(selection.cellOf(name))}`)
  const branches = after === undefined ? [] : branchesAfter(after, row)
  if (branches.length < 2) return { query: range(branches), selection, orderOver }
  // Each is an ordered range of an index with a limit of its own; together they are put in order and cut again.
  const union = sql`(${sql.join(
    branches.map((branch) => sql`(${range([branch])})`),
    sql` union all `,
  )}) as r`
  return {
    query: sql`select * from ${union} order by ${orderOver('r')} ${most}`,
    selection,
    orderOver,
  }
}

function cellName(index: number): Sql {
  return sql.id(`c${String(index)}`)
}

function groupsTable(resource: Resource, { attributes, arrays }: GroupParts): Sql {
  const casts = attributes.map((name, index) => {
    return sql`cast(${arrays[index]} as ${sqlArrayType(attributeOf(resource, name).column)})`
  })
  const names = attributes.map((_, index) => sql.id(`v${String(index)}`))
  return sql`unnest(${sql.join(casts)}) with ordinality as g(${sql.join([...names, sql`n`])})`
}

function isInGroup(attributes: readonly string[], row: SqlRow): readonly Sql[] {
  return attributes.map(
    (name, index) => sql`${row.attribute(name, false)} = ${sql.id('g', `v${String(index)}`)}`,
  )
}
