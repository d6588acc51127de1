/** Which attributes a filter looks at. */
import type { Resource } from '../resource/resource.ts'
import type { AnyFilter } from './filter.ts'
import { searchableAttributes } from './query.ts'

/** The resource's own attributes that decide what the filter selects, those that links join by included. */
export function attributesUsed(resource: Resource, filter: AnyFilter): ReadonlySet<string> {
  return new Set(namesIn(resource, filter))
}

function namesIn(resource: Resource, filter: AnyFilter): readonly string[] {
  switch (filter.kind) {
    case 'all':
    case 'none':
    case 'unknown':
    case 'scope':
    case 'authenticated':
      return []
    case 'and':
    case 'or':
      return filter.filters.flatMap((inner) => namesIn(resource, inner))
    case 'not':
      return namesIn(resource, filter.filter)
    case 'compare':
    case 'oneof':
    case 'exists':
      return [filter.attribute]
    case 'query':
      return searchableAttributes(resource)
    case 'linked':
      return filter.join.on.map(({ local }) => local)
  }
}
