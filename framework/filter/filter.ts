/** What to select, as a plain value: read as SQL, as an in-memory match, as a routing key and as JSON. */
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'

/** A value of JSON. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Operators that compare one attribute with one value. */
export type Comparison =
  'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'contains' | 'startswith' | 'endswith'

/** How one row is matched with rows of another resource: all pairs are equal. */
export interface Join {
  readonly target: string
  readonly on: readonly { readonly local: string; readonly remote: string }[]
}

/**
 * A filter over values of type `V`, with further terms `X`. It has SQL's three truth values: a comparison with null is
 * unknown, and what is unknown is not selected. Values are in wire form, canonical: times in UTC with milliseconds.
 */
export type FilterOf<V, X = never> =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly FilterOf<V, X>[] }
  | { readonly kind: 'not'; readonly filter: FilterOf<V, X> }
  | {
      readonly kind: 'compare'
      readonly attribute: string
      readonly operator: Comparison
      readonly value: V
      /** In rules of an update: the row as it was, whatever is written. */
      readonly isBefore?: boolean
    }
  | {
      readonly kind: 'oneof'
      readonly attribute: string
      readonly values: readonly V[]
      readonly isBefore?: boolean
    }
  | { readonly kind: 'exists'; readonly attribute: string; readonly isBefore?: boolean }
  /** Each word is contained in some searchable attribute. */
  | { readonly kind: 'query'; readonly words: readonly string[] }
  /** There is a row of the join's target that the filter selects. */
  | { readonly kind: 'linked'; readonly join: Join; readonly filter: FilterOf<V, X> }
  | X

/** A filter that is ready to be run. */
export type Filter = FilterOf<Json>

/** Selects every row. */
export const ALL = Object.freeze({ kind: 'all' } as const)
/** Selects no row. */
export const NONE = Object.freeze({ kind: 'none' } as const)
/** Neither true nor false, like a comparison with null. */
export const UNKNOWN = Object.freeze({ kind: 'unknown' } as const)

/** A filter of any family: one with values, or a rule with placeholders and terms about the caller. */
export type AnyFilter = FilterOf<unknown, { readonly kind: 'scope' | 'authenticated' }>

/** Rows that every filter selects; folds what is known at once. */
export function and<F extends AnyFilter>(...filters: readonly F[]): F {
  return combine('and', filters) as F // every family has `and`, `all` and `none`
}

/** Rows that some filter selects; folds what is known at once. */
export function or<F extends AnyFilter>(...filters: readonly F[]): F {
  return combine('or', filters) as F // as above
}

function combine(kind: 'and' | 'or', filters: readonly AnyFilter[]): AnyFilter {
  const [neutral, decisive] = kind === 'and' ? [ALL, NONE] : [NONE, ALL]
  const flat: AnyFilter[] = []
  for (const filter of filters) {
    if ((filter.kind === 'and' || filter.kind === 'or') && filter.kind === kind) {
      flat.push(...filter.filters)
    } else if (filter.kind !== neutral.kind) flat.push(filter)
  }
  if (flat.some((filter) => filter.kind === decisive.kind)) return decisive
  const [first, ...rest] = flat
  if (first === undefined) return neutral
  return rest.length === 0 ? first : Object.freeze({ kind, filters: Object.freeze(flat) })
}

/** Rows that the filter does not select and is not unknown for. */
export function not<F extends AnyFilter>(filter: F): F {
  return negate(filter) as F // every family has `not`, `all`, `none` and `unknown`
}

function negate(filter: AnyFilter): AnyFilter {
  switch (filter.kind) {
    case 'all':
      return NONE
    case 'none':
      return ALL
    case 'unknown':
      return UNKNOWN
    case 'not':
      return filter.filter
    default:
      return Object.freeze({ kind: 'not', filter })
  }
}

/** The joins that lead over a link, in order: one, or two for `manyToMany`. */
export function joinsOf(registry: Registry, resource: Resource, linkName: string): readonly Join[] {
  const link = resource.links[linkName]
  if (link === undefined) return []
  switch (link.kind) {
    case 'belongsTo':
      return [joinOf(link.target, link.attributes, registry.targetOf(link).key)]
    case 'hasMany':
    case 'hasOne':
    case 'hasCount':
      return [joinOf(link.target, resource.key, link.attributes)]
    case 'manyToMany':
      return [
        joinOf(link.through, resource.key, link.from),
        joinOf(link.target, link.to, registry.targetOf(link).key),
      ]
  }
}

function joinOf(target: string, locals: readonly string[], remotes: readonly string[]): Join {
  const on = locals.map((local, index) => Object.freeze({ local, remote: remotes[index] ?? local }))
  return Object.freeze({ target, on: Object.freeze(on) })
}

/** Rows from which the joins lead to a row that the filter selects. */
export function linked<F extends AnyFilter>(joins: readonly Join[], filter: F): F {
  const nest = (inner: AnyFilter, join: Join): AnyFilter =>
    Object.freeze({ kind: 'linked', join, filter: inner })
  return joins.reduceRight(nest, filter) as F // every family has `linked`
}
