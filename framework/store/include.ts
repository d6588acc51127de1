/** Puts what is linked into items, for a whole page at once: one statement for each link of each level. */
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import type { Include } from '../filter/include.ts'
import type { Position } from '../filter/order.ts'
import { keyOf } from '../resource/key.ts'
import type { BelongsTo, HasLink, Link, ManyToMany } from '../resource/link.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import {
  followedStore,
  keyValuesOf,
  linkedRows,
  targetKeyOf,
  type LinkToMany,
} from './linked-rows.ts'
import type { OperationOptions, Page, Peers, Result } from './store.ts'

/** Where the next rows of a link begin. */
export interface LinkedPlace {
  /** Of the rows. */
  readonly resource: Resource
  /** Selects all rows of the link. Their order is by their key. */
  readonly filter: Filter
  readonly after: Position
}

/** What includes are resolved with. */
export interface IncludeScope extends OperationOptions {
  readonly registry: Registry
  /** The caller's stores: what they don't show is not included. */
  readonly peers: Peers
  /** Makes the `next_page_key` of an included page. */
  readonly toPageKey: (place: LinkedPlace) => string
}

/** Rows of one resource, and what to put into them. */
export interface Included {
  readonly resource: Resource
  readonly results: readonly Result[]
  readonly includes: readonly Include[]
}

/** Most rows of an included page. */
const PAGE_SIZE = 20

/**
 * The results with what their links lead to under the links' names: an item or null, a page, a number. What is absent and what
 * the caller may not read look the same.
 */
export async function resolveIncludes(
  { resource, results, includes }: Included,
  scope: IncludeScope,
): Promise<readonly Result[]> {
  if (results.length === 0) return results
  let resolved = results
  for (const { link: name, includes: inner } of includes) {
    const link = resource.links[name]
    if (link === undefined) continue
    const values = await resolveLink({ resource, results, link, includes: inner }, scope)
    resolved = resolved.map((result, index) => ({
      ...result,
      item: { ...result.item, [name]: values[index] },
    }))
  }
  return resolved
}

interface Linked<L extends Link = Link> extends Included {
  readonly link: L
}

/** The value of the link for each result, in their order. */
async function resolveLink(
  { resource, results, includes, link }: Linked,
  scope: IncludeScope,
): Promise<readonly unknown[]> {
  switch (link.kind) {
    case 'belongsTo':
      return resolveTargets({ resource, results, includes, link }, scope)
    case 'hasCount':
      return resolveCounts({ resource, results, includes, link }, scope)
    case 'hasOne': {
      const pages = await resolveGroups({ resource, results, includes, link }, scope, 1)
      return pages.map((page) => page.results[0]?.item ?? null)
    }
    case 'hasMany': {
      const pages = await resolveGroups({ resource, results, includes, link }, scope, PAGE_SIZE)
      return pages.map((page, index) =>
        toWirePage(page, { resource, link, key: results[index]?.key ?? '' }, scope),
      )
    }
    case 'manyToMany':
      return resolveJoined({ resource, results, includes, link }, scope)
  }
}

async function resolveTargets(
  { results, includes, link }: Linked<BelongsTo>,
  scope: IncludeScope,
): Promise<readonly unknown[]> {
  const target = scope.registry.targetOf(link)
  const keys = results.map(({ item }) => targetKeyOf(target, link, item))
  const items = await readItems({ resource: target, keys, includes, link }, scope)
  return keys.map((key) => (key === undefined ? null : (items.get(key)?.item ?? null)))
}

async function resolveCounts(
  { resource, results, link }: Linked<HasLink>,
  scope: IncludeScope,
): Promise<readonly number[]> {
  const store = followedStore(scope.peers, link)
  const groups = results.map(({ key }) => keyValuesOf(resource, key))
  const counts = await orNothing(
    store?.countGroups({ attributes: link.attributes, groups }, options(scope)),
  )
  return groups.map((_, index) => counts?.[index] ?? 0)
}

const NO_PAGE: Page = Object.freeze({ results: [], next: undefined, creatable: false })

async function resolveGroups(
  { resource, results, includes, link }: Linked<HasLink>,
  scope: IncludeScope,
  limit: number,
): Promise<readonly Page[]> {
  const store = followedStore(scope.peers, link)
  const groups = results.map(({ key }) => keyValuesOf(resource, key))
  const search = { attributes: link.attributes, groups, limit }
  const pages = (await orNothing(store?.searchGroups(search, options(scope)))) ?? []
  const target = scope.registry.targetOf(link)
  const rows = pages.flatMap((page) => page.results)
  const resolved = (
    await resolveIncludes({ resource: target, results: rows, includes }, scope)
  ).values()
  return groups.map((_, index) => {
    const { results: own, next, creatable } = pages[index] ?? NO_PAGE
    return { results: own.map((row) => resolved.next().value ?? row), next, creatable }
  })
}

async function resolveJoined(
  { resource, results, includes, link }: Linked<ManyToMany>,
  scope: IncludeScope,
): Promise<readonly unknown[]> {
  const target = scope.registry.targetOf(link)
  const between = followedStore(scope.peers, link)
  const groups = results.map(({ key }) => keyValuesOf(resource, key))
  // In the order of the target's key, so that a page goes on where the link's own operation takes it up.
  const order = link.to.map((attribute) => ({ attribute, isDescending: false }))
  const search = { attributes: link.from, groups, order, limit: PAGE_SIZE }
  const pages = (await orNothing(between?.searchGroups(search, options(scope)))) ?? []
  const keysOf = (page: Page): readonly string[] => [
    ...new Set(page.results.map(({ item }) => joinedKeyOf(target, link, item))),
  ]
  const keys = pages.flatMap(keysOf)
  const items = await readItems({ resource: target, keys, includes, link }, scope)
  return results.map(({ key }, index) => {
    const page = pages[index] ?? NO_PAGE
    const found = keysOf(page).flatMap((joined) => items.get(joined) ?? [])
    const next = page.next?.slice(0, link.to.length)
    return toWirePage({ ...NO_PAGE, results: found, next }, { resource, link, key }, scope)
  })
}

function joinedKeyOf(
  target: Resource,
  { to }: ManyToMany,
  item: Readonly<Record<string, unknown>>,
): string {
  return keyOf(
    target,
    Object.fromEntries(target.key.map((name, index) => [name, item[to[index] ?? name]])),
  )
}

interface ReadItems {
  readonly resource: Resource
  readonly keys: readonly (string | undefined)[]
  readonly includes: readonly Include[]
  readonly link: Link
}

/** The rows of those keys that the caller may read, by key. */
async function readItems(
  { resource, keys, includes, link }: ReadItems,
  scope: IncludeScope,
): Promise<ReadonlyMap<string, Result>> {
  const isReachable = followedStore(scope.peers, link) !== undefined
  const store = isReachable ? scope.peers.store(resource.name) : undefined
  const distinct = [...new Set(keys.filter((key) => key !== undefined))]
  const found: Result[] = []
  for (let at = 0; at < distinct.length; at += resource.batchSize) {
    const batch = distinct.slice(at, at + resource.batchSize)
    const read = await orNothing(store?.readBatch(batch, options(scope)))
    found.push(...(read ?? []).filter((result) => result !== undefined))
  }
  const resolved = await resolveIncludes({ resource, results: found, includes }, scope)
  return new Map(resolved.map((result) => [result.key, result]))
}

interface LinkOfRow {
  readonly resource: Resource
  readonly link: LinkToMany
  readonly key: string
}

function toWirePage(
  { results, next }: Page,
  { resource, link, key }: LinkOfRow,
  scope: IncludeScope,
): unknown {
  const place = (after: Position): LinkedPlace => ({
    resource: scope.registry.targetOf(link),
    filter: linkedRows(scope.registry, link, keyValuesOf(resource, key)),
    after,
  })
  return { results, next_page_key: next === undefined ? null : scope.toPageKey(place(next)) }
}

function options({ transaction }: IncludeScope): OperationOptions {
  return transaction === undefined ? {} : { transaction }
}

/** What a store refuses to show this caller is not there, as far as an include goes. */
async function orNothing<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ForbiddenError || error instanceof UnauthenticatedError) return undefined
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}
