/** Judges one item in memory, by the rules by which PostgreSQL judges its row. */
import type { Attribute } from '../resource/attribute.ts'
import type { Registry } from '../resource/registry.ts'
import { findAttribute, type Resource } from '../resource/resource.ts'
import { compareOf, foldCase, isEqualWhenSame } from './compare-values.ts'
import type { Comparison, Filter, Join, Json } from './filter.ts'
import { queryFilter, searchableAttributes } from './query.ts'

/** A row in wire form. An attribute that is absent is not known; one that is null is null. */
export type MatchItem = Readonly<Record<string, unknown>>

/**
 * `true`: selected. `false`, and `null` for what is unknown in SQL: not selected. `undefined`: memory can't tell, ask the
 * database; whatever is not `undefined` is what SQL would say.
 */
export type Truth = boolean | null | undefined

/** What is known besides the item. */
export interface MatchContext {
  /** The row as it was, for terms of rules that look at it; default: the item. */
  readonly before?: MatchItem
  /** The rows that a join leads to; without it, or when it gives `undefined`, terms over links can't be told. */
  readonly rowsOf?: (join: Join, item: MatchItem) => readonly MatchItem[] | undefined
}

/** A filter that is ready to judge items. */
export type Match = (item: MatchItem, context?: MatchContext) => Truth

/**
 * Prepares a filter for judging items.
 *
 * Can't be told in memory: attributes that the item lacks, links whose rows are not given, and which of two texts comes first
 * under a collation of PostgreSQL (JavaScript's own collations differ from it). Equality and `contains` under one can.
 */
export function compileMatch(registry: Registry, resource: Resource, filter: Filter): Match {
  const compile = (inner: Filter): Match => compileMatch(registry, resource, inner)
  switch (filter.kind) {
    case 'all':
      return () => true
    case 'none':
      return () => false
    case 'unknown':
      return () => null
    case 'and':
      return every(filter.filters.map(compile))
    case 'or':
      return some(filter.filters.map(compile))
    case 'not':
      return opposite(compile(filter.filter))
    case 'query':
      return compile(queryFilter(filter.words, searchableAttributes(resource)))
    case 'linked':
      return leads(
        filter.join,
        compileMatch(registry, registry.resource(filter.join.target), filter.filter),
      )
    case 'compare':
      return judge(filter, comparison(findAttribute(resource, filter.attribute), filter))
    case 'oneof':
      if (filter.values.length === 0) return () => false
      return judge(filter, membership(findAttribute(resource, filter.attribute), filter.values))
    case 'exists':
      if (findAttribute(resource, filter.attribute) === undefined) return () => undefined
      return (item, context) => {
        const held = heldIn(filter, item, context)
        return held === undefined ? undefined : held !== null
      }
  }
}

/** As SQL's `and`; what can't be told hides what is unknown, since it may turn out false. */
function every(matches: readonly Match[]): Match {
  return (item, context) => {
    let truth: Truth = true
    for (const match of matches) {
      const next = match(item, context)
      if (next === false) return false
      if (next !== true && truth !== undefined) truth = next
    }
    return truth
  }
}

/** As SQL's `or`. */
function some(matches: readonly Match[]): Match {
  return (item, context) => {
    let truth: Truth = false
    for (const match of matches) {
      const next = match(item, context)
      if (next === true) return true
      if (next !== false && truth !== undefined) truth = next
    }
    return truth
  }
}

function opposite(match: Match): Match {
  return (item, context) => {
    const truth = match(item, context)
    return typeof truth === 'boolean' ? !truth : truth
  }
}

/** As SQL's `exists`, which is never unknown. */
function leads(join: Join, match: Match): Match {
  return (item, context) => {
    const rows = context?.rowsOf?.(join, item)
    if (rows === undefined) return undefined
    let isTold = true
    for (const row of rows) {
      const truth = match(row, context)
      if (truth === true) return true
      if (truth === undefined) isTold = false
    }
    return isTold ? false : undefined
  }
}

interface Looked {
  readonly attribute: string
  readonly isBefore?: boolean
}

/** Judges a value that is there and not null. */
type Judge = (held: Json) => Truth

function judge(looked: Looked, judgeHeld: Judge): Match {
  return (item, context) => {
    const held = heldIn(looked, item, context)
    return held === null || held === undefined ? held : judgeHeld(held)
  }
}

function heldIn(
  { attribute, isBefore }: Looked,
  item: MatchItem,
  context: MatchContext | undefined,
): Json | undefined {
  const row = isBefore === true ? (context?.before ?? item) : item
  return row[attribute] as Json | undefined // items are JSON
}

const UNTOLD: Judge = () => undefined
const UNKNOWN: Judge = () => null

function comparison(
  attribute: Attribute | undefined,
  { operator, value }: { readonly operator: Comparison; readonly value: Json },
): Judge {
  if (attribute === undefined) return UNTOLD
  if (value === null) return UNKNOWN
  const compare = compareOf(attribute.column)
  const ordered = (judgeHeld: Judge): Judge =>
    attribute.collation === undefined ? judgeHeld : UNTOLD
  switch (operator) {
    case 'eq':
      return isEqualWhenSame(attribute.column)
        ? (held) => held === value
        : (held) => compare(held, value) === 0
    case 'ne':
      return (held) => compare(held, value) !== 0
    case 'lt':
      return ordered((held) => compare(held, value) < 0)
    case 'lte':
      return ordered((held) => compare(held, value) <= 0)
    case 'gt':
      return ordered((held) => compare(held, value) > 0)
    case 'gte':
      return ordered((held) => compare(held, value) >= 0)
    case 'contains':
      return folded(value, (held, part) => held.includes(part))
    case 'startswith':
      return folded(value, (held, part) => held.startsWith(part))
    case 'endswith':
      return folded(value, (held, part) => held.endsWith(part))
  }
}

function folded(value: Json, judgeText: (held: string, part: string) => boolean): Judge {
  if (typeof value !== 'string') return UNTOLD
  const part = foldCase(value)
  return (held) => (typeof held === 'string' ? judgeText(foldCase(held), part) : undefined)
}

function membership(attribute: Attribute | undefined, values: readonly Json[]): Judge {
  if (attribute === undefined) return UNTOLD
  const otherwise = values.includes(null) ? null : false
  if (isEqualWhenSame(attribute.column)) {
    const set = new Set(values)
    return (held) => set.has(held) || otherwise
  }
  const compare = compareOf(attribute.column)
  const known = values.filter((value) => value !== null)
  return (held) => known.some((value) => compare(held, value) === 0) || otherwise
}
