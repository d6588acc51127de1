/** What stands at the other end of a link: the filter that selects it, and whether a caller may follow the link at all. */
import { and, type Filter, type Json } from '../filter/filter.ts'
import { parseKeyOrThrow, type KeyValues } from '../resource/key.ts'
import type { BelongsTo, Link } from '../resource/link.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import { keyOf } from '../resource/key.ts'
import { isPossible } from '../security/access.ts'
import type { Peers, Store } from './store.ts'

/** A link that leads to rows by their own attributes, or by those of the resource between. */
export type LinkToMany = Exclude<Link, BelongsTo>

/** The key of the row that a `belongsTo` points at; undefined when it points at none, or the caller may not read at which. */
export function targetKeyOf(
  target: Resource,
  { attributes }: BelongsTo,
  item: Readonly<Record<string, unknown>>,
): string | undefined {
  const values = attributes.map((name) => item[name] ?? undefined)
  if (values.includes(undefined)) return undefined
  return keyOf(target, Object.fromEntries(target.key.map((name, index) => [name, values[index]])))
}

/** The values of a row's key, by which others point at it. */
export function keyValuesOf(resource: Resource, key: string): KeyValues {
  return parseKeyOrThrow(resource, key, '')
}

/** Selects the row with that key. @throws InvalidError when no row can have it */
export function keyFilter(resource: Resource, key: string): Filter {
  return allEqual(resource.key, keyValuesOf(resource, key))
}

/** Selects, among the rows of the target, those that the link of one row leads to. */
export function linkedRows(registry: Registry, link: LinkToMany, keyValues: KeyValues): Filter {
  if (link.kind !== 'manyToMany') return allEqual(link.attributes, keyValues)
  const { key } = registry.targetOf(link)
  const on = key.map((local, index) => ({ local, remote: link.to[index] ?? local }))
  return Object.freeze({
    kind: 'linked',
    join: { target: link.through, on },
    filter: allEqual(link.from, keyValues),
  })
}

/**
 * The caller's store of the rows that a link leads to (or of those between, for `manyToMany`); undefined when the caller can't
 * see any row by way of the link: nothing is served there, nothing is readable, or not by which row they are linked.
 */
export function followedStore(peers: Peers, link: Link): Store | undefined {
  const target = peers.store(link.target)
  if (target === undefined || !isPossible(target.access.read)) return undefined
  if (link.kind === 'belongsTo') return target
  const isMany = link.kind === 'manyToMany'
  const holder = isMany ? peers.store(link.through) : target
  const names = isMany ? [...link.from, ...link.to] : link.attributes
  return holder !== undefined && canSearchBy(holder, names) ? holder : undefined
}

function canSearchBy({ access }: Store, names: readonly string[]): boolean {
  const isReadable = (name: string): boolean => {
    const attribute = access.attributes[name]
    return attribute !== undefined && isPossible(attribute.readable)
  }
  return access.isSearchable && isPossible(access.read) && names.every(isReadable)
}

function allEqual(names: readonly string[], values: readonly Json[]): Filter {
  const equal = names.map((attribute, index): Filter => {
    const value = values[index] ?? null
    return Object.freeze({ kind: 'compare', attribute, operator: 'eq', value })
  })
  return and(...equal)
}
