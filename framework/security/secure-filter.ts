/** Confines what a caller asks for, filters and orders, to what the caller may know. */
import { InvalidError, type Fault } from '../errors.ts'
import { and, NONE, not, or, type Filter, type Join } from '../filter/filter.ts'
import { unknownOrderTerm, type Order } from '../filter/order.ts'
import { queryFilter, searchableAttributes } from '../filter/query.ts'
import type { Resource } from '../resource/resource.ts'
import { isPossible, type Access } from './access.ts'

/** What one caller may do with one resource; a store is one. */
export interface ResourceAccess {
  readonly resource: Resource
  readonly access: Access
}

/** The same caller's access to another resource; undefined when that is not reachable. */
export type AccessOf = (resourceName: string) => ResourceAccess | undefined

/** Whose filter is secured. */
export interface SecureScope extends ResourceAccess {
  readonly accessOf: AccessOf
  /** Where the filter stands in what the caller sent; the pointers of faults begin with it. Default: at its root. */
  readonly pointer?: string
}

/**
 * The rows that the caller's filter selects without telling the caller anything that it may not read. An attribute that it
 * may read in some rows only is unknown in the others, so that a term over it selects none of them, negated or not; `query` looks into what
 * the caller may read; links lead to rows that the caller may read.
 *
 * The result selects what it should where a filter stands, not within a `not`. What the caller may do with the rows of
 * the resource itself is not in it.
 * @throws InvalidError naming attributes that the caller may read in no row as those that do not exist, and links likewise
 */
export function secureFilter(filter: Filter, scope: SecureScope): Filter {
  const faults: Fault[] = []
  const secured = secure(filter, { ...scope, faults, isNegated: false })
  if (faults.length > 0) throw new InvalidError(faults)
  return secured
}

/**
 * The order, when the caller may be told it: the order of rows tells of values.
 * @throws InvalidError for attributes that the caller may not read in every row that it may read
 */
export function secureOrder(order: Order, scope: Omit<SecureScope, 'accessOf'>): Order {
  const faults = order.flatMap(({ attribute }): Fault[] => {
    const readable = readableIn(scope.access, attribute)
    const pointer = scope.pointer ?? ''
    if (!isPossible(readable)) return [{ pointer, detail: unknownOrderTerm(attribute) }]
    if (readable.kind === 'all') return []
    return [{ pointer, detail: `can't be by '${attribute}', which you may read in some rows only` }]
  })
  if (faults.length > 0) throw new InvalidError(faults)
  return order
}

interface Walk extends SecureScope {
  readonly faults: Fault[]
  /** Stands within an odd number of `not`. */
  readonly isNegated: boolean
}

function secure(filter: Filter, walk: Walk): Filter {
  const within = (inner: Filter): Filter => secure(inner, walk)
  switch (filter.kind) {
    case 'all':
    case 'none':
    case 'unknown':
      return filter
    case 'and':
      return and(...filter.filters.map(within))
    case 'or':
      return or(...filter.filters.map(within))
    case 'not':
      return not(secure(filter.filter, { ...walk, isNegated: !walk.isNegated }))
    case 'query': {
      const readable = searchableAttributes(walk.resource).filter((name) =>
        isPossible(readableIn(walk.access, name)),
      )
      return within(queryFilter(filter.words, readable))
    }
    case 'compare':
    case 'oneof':
    case 'exists': {
      const readable = readableIn(walk.access, filter.attribute)
      if (!isPossible(readable)) return refuse(filter.attribute, walk)
      return guard(filter, readable, walk)
    }
    case 'linked':
      return secureLinked(filter.join, filter.filter, walk)
  }
}

function secureLinked(join: Join, inner: Filter, walk: Walk): Filter {
  const followed = follow(join, walk.access, walk.accessOf)
  if (followed === undefined) return refuse(join.target, walk)
  const { peer, locals, rows } = followed
  const pointer = `${walk.pointer ?? ''}/${join.target}`
  const asked = secure(inner, { ...walk, ...peer, pointer, isNegated: false }) // `exists` selects anew
  const filter = and(rows, asked)
  if (!isPossible(filter)) return NONE
  return guard(Object.freeze({ kind: 'linked', join, filter }), locals, walk)
}

/** Where a join leads; undefined when the caller may not know of it. */
interface Followed {
  readonly peer: ResourceAccess
  /** Where the caller may read this side of the join. */
  readonly locals: Filter
  /** Which rows of the other side the caller may read, and in them the attributes that join. */
  readonly rows: Filter
}

/** What may not be searched can't be searched over a link either. */
function follow(join: Join, access: Access, accessOf: AccessOf): Followed | undefined {
  const peer = accessOf(join.target)
  if (peer?.access.isSearchable !== true) return undefined
  const locals = join.on.map(({ local }) => readableIn(access, local))
  const remotes = join.on.map(({ remote }) => readableIn(peer.access, remote))
  if (![...locals, ...remotes].every(isPossible)) return undefined
  return { peer, locals: and(...locals), rows: and(peer.access.read, ...remotes) }
}

/**
 * Makes a term select nothing where the caller may not read what it looks at. Of rows whose `readable` is null neither form is
 * ever true either: `and` would be null beside a `not`, and then tell them apart by the term.
 */
function guard(term: Filter, readable: Filter, { isNegated }: Walk): Filter {
  return isNegated ? or(term, not(readable)) : and(term, readable)
}

function refuse(name: string, { pointer = '', faults }: Walk): Filter {
  faults.push({ pointer: `${pointer}/${name}`, detail: 'is not known here' })
  return NONE
}

function readableIn(access: Access, attribute: string): Filter {
  const found = Object.hasOwn(access.attributes, attribute)
    ? access.attributes[attribute]
    : undefined
  return found?.readable ?? NONE
}
