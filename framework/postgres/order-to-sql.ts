/** Writes orders, and what comes after a place in them, as SQL that follows an index. */
import { sql } from 'kysely'
import type { Order, Position } from '../filter/order.ts'
import type { Resource } from '../resource/resource.ts'
import type { SqlRow } from './filter-to-sql.ts'
import { attributeOf, type Slot, type SlotMaker } from './slot-filter.ts'
import { asColumn, type Sql } from './sql-text.ts'

/** One term of a full order; with a place, also where that stands in it. */
export interface PlacedTerm {
  readonly attribute: string
  readonly isDescending: boolean
  /** The value of the place; null: it is null. */
  readonly slot: Slot | null
}

/** `order by` for rows whose columns `column` names. Null counts as largest, which is PostgreSQL's default. */
export function orderToSql(order: Order, column: (attribute: string) => Sql): Sql {
  const terms = order.map(({ attribute, isDescending }) =>
    isDescending ? sql`${column(attribute)} desc` : column(attribute),
  )
  return sql.join(terms)
}

/** Takes the values out of a place in a full order. */
export function placeTerms(
  maker: SlotMaker,
  resource: Resource,
  { order, after }: { readonly order: Order; readonly after: Position },
): readonly PlacedTerm[] {
  return order.map(({ attribute, isDescending }, index) => {
    const value = after[index] ?? null
    maker.shape += value === null ? 'n' : 'v'
    const { column } = attributeOf(resource, attribute)
    return { attribute, isDescending, slot: value === null ? null : maker.value(column, value) }
  })
}

/**
 * The rows after a place: conditions, each for rows that come before those of the next. In each the rows are a range of an
 * index over the order; a plain `or`, or a null beside a value, would read the index from its beginning.
 */
export function branchesAfter(terms: readonly PlacedTerm[], row: SqlRow): readonly Sql[] {
  const [first, ...rest] = terms
  if (first === undefined) return []
  const columns = terms.map((term) => placeOf(term, row))
  if (isUniform(columns)) return [comparedAsRow(columns, first.isDescending)]
  const following = branchesAfter(rest, row)
  const { column, value, isNullable, isDescending } = placeOf(first, row)
  if (value === undefined) {
    const same = following.map((branch) => sql`${column} is null and ${branch}`)
    return isDescending ? [...same, sql`${column} is not null`] : same
  }
  const nulls = isNullable && !isDescending ? [sql`${column} is null`] : []
  const beyond = sql`${column} ${isDescending ? sql`<` : sql`>`} ${value}`
  const [only, ...more] = following
  if (only === undefined) return [beyond, ...nulls]
  if (more.length > 0) {
    return [...following.map((branch) => sql`${column} = ${value} and ${branch}`), beyond, ...nulls]
  }
  const from = sql`${column} ${isDescending ? sql`<=` : sql`>=`} ${value}`
  return [sql`${from} and (${beyond} or ${only})`, ...nulls]
}

interface Place {
  readonly column: Sql
  readonly value: Sql | undefined
  readonly isNullable: boolean
  readonly isDescending: boolean
}

function placeOf({ attribute, slot, isDescending }: PlacedTerm, row: SqlRow): Place {
  const declared = attributeOf(row.resource, attribute)
  return {
    column: row.attribute(attribute, false),
    value: slot === null ? undefined : asColumn(slot, declared),
    isNullable: declared.isNullable,
    isDescending,
  }
}

/** One comparison of rows says it. Descending, nulls come first, so that those after a value are none. */
function isUniform(places: readonly Place[]): boolean {
  const isDescending = places[0]?.isDescending
  return places.every(
    (place) =>
      place.value !== undefined &&
      place.isDescending === isDescending &&
      (place.isDescending || !place.isNullable),
  )
}

function comparedAsRow(places: readonly Place[], isDescending: boolean): Sql {
  const columns = sql.join(places.map(({ column }) => column))
  const values = sql.join(places.map(({ value }) => value))
  return sql`(${columns}) ${isDescending ? sql`<` : sql`>`} (${values})`
}
