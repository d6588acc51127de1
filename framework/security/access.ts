/** What one caller may do with one resource: rules, folded for that caller. */
import { ALL, and, NONE, or, type Filter } from '../filter/filter.ts'
import type { UsedLink } from '../filter/links-used.ts'
import type { Resource } from '../resource/resource.ts'
import type { Authorization } from './authorization.ts'

/** What the caller may do with one attribute, row by row. */
export interface AttributeAccess {
  readonly readable: Filter
  /** Over the row as it will be. */
  readonly creatable: Filter
  /** Over the row as it is and as it will be. */
  readonly updatable: Filter
}

/** What the caller may do in the channels of rows that it may read, row by row. */
export interface PresenceAccess {
  /** Is told who is there. */
  readonly see: Filter
  /** Is seen there: never more than `see`. */
  readonly appear: Filter
}

/** The most that a caller may do in the channel of one row. */
export type PresenceRight = 'none' | keyof PresenceAccess

/** What decides who may do what in the channels of rows. */
export interface ChannelRights {
  /** What the caller may do in the channels of the rows of these keys, in their order. */
  rightsIn(
    caller: Authorization,
    resource: string,
    keys: readonly string[],
  ): Promise<readonly PresenceRight[]>
  /** The links over which rows of other resources decide about that. */
  linksUsed(caller: Authorization, resource: string): readonly UsedLink[]
}

/** What is known of the rules before there is a caller; for documents, and for refusing input that no caller may send. */
export interface Outline {
  /** False: denied to everybody, so it is not served at all. */
  readonly operations: Readonly<Record<'create' | 'read' | 'update' | 'delete' | 'search', boolean>>
  /** What some caller may do with each attribute. */
  readonly attributes: Readonly<Record<string, AttributeOutline>>
}

/** What some caller may do with one attribute. */
export interface AttributeOutline {
  readonly readable: boolean
  readonly creatable: boolean
  readonly updatable: boolean
}

/** What one caller may do. Enforced inside the statement that reads or writes. */
export interface Access {
  readonly caller: Authorization
  /** What any caller may do. Input beyond it is invalid, not forbidden. */
  readonly outline: Outline
  /** Over the row as it will be. */
  readonly create: Filter
  readonly read: Filter
  /** Over the row as it is and as it will be. */
  readonly update: Filter
  readonly delete: Filter
  readonly presence: PresenceAccess
  /** Whether the caller may search and count. */
  readonly isSearchable: boolean
  /** Every attribute of the resource. */
  readonly attributes: Readonly<Record<string, AttributeAccess>>
  /** Values that the server puts into what the caller creates, such as the owner. */
  readonly sets: Readonly<Record<string, string | number | boolean | null>>
}

const OPEN_PRESENCE: PresenceAccess = Object.freeze({ see: ALL, appear: ALL })

/** Everything that the declaration itself permits. */
export function openAccess(resource: Resource, caller: Authorization): Access {
  const attributes = Object.entries(resource.attributes).map(([name, attribute]) => {
    const permitted: AttributeAccess = {
      readable: attribute.readable ? ALL : NONE,
      creatable: attribute.createMode === 'never' ? NONE : ALL,
      updatable: attribute.updatable ? ALL : NONE,
    }
    return [name, Object.freeze(permitted)] as const
  })
  return Object.freeze({
    caller,
    outline: openOutline(resource),
    create: ALL,
    read: ALL,
    update: ALL,
    delete: ALL,
    presence: OPEN_PRESENCE,
    isSearchable: true,
    attributes: Object.freeze(Object.fromEntries(attributes)),
    sets: Object.freeze({}),
  })
}

/** What the declaration itself permits. */
export function openOutline(resource: Resource): Outline {
  const attributes = Object.entries(resource.attributes).map(([name, attribute]) => {
    const permitted: AttributeOutline = {
      readable: attribute.readable,
      creatable: attribute.createMode !== 'never',
      updatable: attribute.updatable,
    }
    return [name, Object.freeze(permitted)] as const
  })
  return Object.freeze({
    operations: Object.freeze({
      create: true,
      read: true,
      update: true,
      delete: true,
      search: true,
    }),
    attributes: Object.freeze(Object.fromEntries(attributes)),
  })
}

/** What both permit. */
export function bothAccesses(one: Access, other: Access): Access {
  return combineAccesses(one, other, {
    filters: and,
    flags: (a, b) => a && b,
    attributes: (_, mine, theirs) => and(mine, theirs),
    isSearchable: one.isSearchable && other.isSearchable,
  })
}

/**
 * What either permits. An attribute, or being in its channel, is permitted in the rows that the same access permits; searching, when each of them that
 * lets the caller read at all permits it.
 */
export function eitherAccess(one: Access, other: Access): Access {
  const readable = [one, other].filter(({ read }) => isPossible(read))
  return combineAccesses(one, other, {
    filters: or,
    flags: (a, b) => a || b,
    attributes: (operation, mine, theirs) =>
      mine.kind === theirs.kind && (mine.kind === 'all' || mine.kind === 'none')
        ? mine
        : or(and(one[operation], mine), and(other[operation], theirs)),
    isSearchable: readable.length > 0 && readable.every(({ isSearchable }) => isSearchable),
  })
}

interface Combine {
  readonly filters: (one: Filter, other: Filter) => Filter
  readonly flags: (one: boolean, other: boolean) => boolean
  readonly attributes: (
    operation: 'create' | 'read' | 'update',
    mine: Filter,
    theirs: Filter,
  ) => Filter
  readonly isSearchable: boolean
}

function combineAccesses(one: Access, other: Access, combine: Combine): Access {
  const { filters, flags, isSearchable } = combine
  const presence: PresenceAccess = {
    see: combine.attributes('read', one.presence.see, other.presence.see),
    appear: combine.attributes('read', one.presence.appear, other.presence.appear),
  }
  const attributes = Object.entries(one.attributes).map(([name, mine]) => {
    const theirs = other.attributes[name] ?? mine
    const combined: AttributeAccess = {
      readable: combine.attributes('read', mine.readable, theirs.readable),
      creatable: combine.attributes('create', mine.creatable, theirs.creatable),
      updatable: combine.attributes('update', mine.updatable, theirs.updatable),
    }
    return [name, Object.freeze(combined)] as const
  })
  return Object.freeze({
    caller: one.caller,
    outline: combineOutlines(one.outline, other.outline, flags),
    create: filters(one.create, other.create),
    read: filters(one.read, other.read),
    update: filters(one.update, other.update),
    delete: filters(one.delete, other.delete),
    presence: Object.freeze(presence),
    isSearchable,
    attributes: Object.freeze(Object.fromEntries(attributes)),
    sets: Object.freeze({ ...other.sets, ...one.sets }),
  })
}

function combineOutlines(
  one: Outline,
  other: Outline,
  combine: (one: boolean, other: boolean) => boolean,
): Outline {
  const attributes = Object.entries(one.attributes).map(([name, mine]) => {
    const theirs = other.attributes[name] ?? mine
    const both: AttributeOutline = {
      readable: combine(mine.readable, theirs.readable),
      creatable: combine(mine.creatable, theirs.creatable),
      updatable: combine(mine.updatable, theirs.updatable),
    }
    return [name, Object.freeze(both)] as const
  })
  const [mine, theirs] = [one.operations, other.operations]
  return Object.freeze({
    operations: Object.freeze({
      create: combine(mine.create, theirs.create),
      read: combine(mine.read, theirs.read),
      update: combine(mine.update, theirs.update),
      delete: combine(mine.delete, theirs.delete),
      search: combine(mine.search, theirs.search),
    }),
    attributes: Object.freeze(Object.fromEntries(attributes)),
  })
}

/** Whether the filter can select any row at all, as far as its form tells: what is false or unknown for every row can't. */
export function isPossible(filter: Filter): boolean {
  switch (filter.kind) {
    case 'none':
    case 'unknown':
      return false
    case 'and':
      return filter.filters.every(isPossible)
    case 'or':
      return filter.filters.some(isPossible)
    case 'linked':
      return isPossible(filter.filter)
    default:
      return true
  }
}
