/** Which rows of other resources a filter looks at. */
import type { Resource } from '../resource/resource.ts'
import type { AnyFilter, Join } from './filter.ts'

/** A link that a filter follows. */
export interface UsedLink {
  /** Name of the resource that it leads to. */
  readonly target: string
  /**
   * Attributes of the target that hold the key of the row, in the order of the key; undefined when the target does not tell which
   * rows it decides about: it is led to by an attribute of the row, or by a link of a link.
   */
  readonly holders: readonly string[] | undefined
}

/** Every link that decides what the filter selects, links of links included. */
export function linksUsed(resource: Resource, filter: AnyFilter): readonly UsedLink[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap((inner) => linksUsed(resource, inner))
    case 'not':
      return linksUsed(resource, filter.filter)
    case 'linked': {
      const { join, filter: inner } = filter
      const deeper = targetsIn(inner).map((target) => ({ target, holders: undefined }))
      return [{ target: join.target, holders: holdersOf(resource, join) }, ...deeper]
    }
    default:
      return []
  }
}

function holdersOf({ key }: Resource, { on }: Join): readonly string[] | undefined {
  const holders = key.flatMap((name) => on.find(({ local }) => local === name)?.remote ?? [])
  return holders.length === key.length && on.length === key.length ? holders : undefined
}

function targetsIn(filter: AnyFilter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(targetsIn)
    case 'not':
      return targetsIn(filter.filter)
    case 'linked':
      return [filter.join.target, ...targetsIn(filter.filter)]
    default:
      return []
  }
}
