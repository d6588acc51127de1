/** Finds those whom a row may concern by the values that it must have for them, so that the others cost nothing. */
import { isEqualWhenSame } from '../filter/compare-values.ts'
import type { Filter, Json } from '../filter/filter.ts'
import { findAttribute, type Resource } from '../resource/resource.ts'
import type { WireItem } from './change.ts'

/** One value of one attribute. */
export interface EqualityTerm {
  readonly attribute: string
  readonly value: Json
}

/** A filter that many values would satisfy is looked at each time instead. */
const MAX_TERMS = 1000

/**
 * Terms of which a row meets at least one when the filter selects it; undefined: there are none that are known. Attributes that
 * the log does not tell have no terms.
 */
export function coverOf(resource: Resource, filter: Filter): readonly EqualityTerm[] | undefined {
  switch (filter.kind) {
    case 'none':
    case 'unknown':
      return []
    case 'compare':
      if (filter.operator !== 'eq' || filter.isBefore === true) return undefined
      return termsOf(resource, filter.attribute, [filter.value])
    case 'oneof':
      return filter.isBefore === true
        ? undefined
        : termsOf(resource, filter.attribute, filter.values)
    case 'and':
      return filter.filters
        .map((inner) => coverOf(resource, inner))
        .reduce((best, next) => (fewer(next, best) ? next : best), undefined)
    case 'or':
      return allCovers(filter.filters.map((inner) => coverOf(resource, inner)))
    case 'all':
    case 'not':
    case 'exists':
    case 'query':
    case 'linked':
      return undefined
  }
}

type Cover = ReturnType<typeof coverOf>

function termsOf(resource: Resource, name: string, values: readonly Json[]): Cover {
  const attribute = findAttribute(resource, name)
  if (attribute?.readable !== true || !isEqualWhenSame(attribute.column)) return undefined
  if (values.length > MAX_TERMS) return undefined
  return values.map((value) => ({ attribute: name, value }))
}

function fewer(one: Cover, other: Cover): boolean {
  return one !== undefined && (other === undefined || one.length < other.length)
}

function allCovers(covers: readonly Cover[]): Cover {
  const terms: EqualityTerm[] = []
  for (const cover of covers) {
    if (cover === undefined || terms.length + cover.length > MAX_TERMS) return undefined
    terms.push(...cover)
  }
  return terms
}

/** What every row has that the filter selects, as far as its form tells. */
export function fixedBy(resource: Resource, filter: Filter): WireItem {
  if (filter.kind === 'and') {
    return Object.assign({}, ...filter.filters.map((inner) => fixedBy(resource, inner))) as WireItem
  }
  const [term, ...more] =
    filter.kind === 'compare' || filter.kind === 'oneof' ? (coverOf(resource, filter) ?? []) : []
  return term === undefined || more.length > 0 ? {} : { [term.attribute]: term.value }
}

/** Who is found by rows. */
export interface EqualityIndex<T> {
  /** @param cover undefined: every row finds it */
  add(cover: readonly EqualityTerm[] | undefined, one: T): void
  delete(cover: readonly EqualityTerm[] | undefined, one: T): void
  /** Each of those whom one of the rows may concern, once. */
  find(rows: readonly (WireItem | undefined)[]): Iterable<T>
}

/** Creates an empty index. */
export function createEqualityIndex<T>(): EqualityIndex<T> {
  const byAttribute = new Map<string, Map<Json, Set<T>>>()
  const loose = new Set<T>()

  function found(rows: readonly (WireItem | undefined)[]): Set<Set<T>> {
    const sets = new Set<Set<T>>()
    if (loose.size > 0) sets.add(loose)
    for (const [attribute, byValue] of byAttribute) {
      for (const row of rows) {
        if (row === undefined) continue
        const value = row[attribute]
        // A row that does not tell may have any value.
        const some = value === undefined ? [...byValue.values()] : [byValue.get(value)]
        for (const set of some) if (set !== undefined) sets.add(set)
      }
    }
    return sets
  }

  return Object.freeze<EqualityIndex<T>>({
    add(cover, one) {
      if (cover === undefined) {
        loose.add(one)
        return
      }
      for (const { attribute, value } of cover) {
        const byValue = byAttribute.get(attribute) ?? new Map<Json, Set<T>>()
        byAttribute.set(attribute, byValue)
        const set = byValue.get(value) ?? new Set<T>()
        byValue.set(value, set.add(one))
      }
    },
    delete(cover, one) {
      if (cover === undefined) {
        loose.delete(one)
        return
      }
      for (const { attribute, value } of cover) {
        const byValue = byAttribute.get(attribute)
        const set = byValue?.get(value)
        set?.delete(one)
        if (set?.size === 0) byValue?.delete(value)
        if (byValue?.size === 0) byAttribute.delete(attribute)
      }
    },
    find(rows) {
      const [first, ...more] = found(rows)
      if (first === undefined || more.length === 0) return first ?? []
      return more.reduce((all, set) => all.union(set), first)
    },
  })
}
