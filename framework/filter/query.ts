/** What `query` means: each of its words is contained in some searchable attribute. */
import type { Resource } from '../resource/resource.ts'
import { and, or, type Filter } from './filter.ts'

/** The attributes that `query` looks into. */
export function searchableAttributes(resource: Resource): readonly string[] {
  return resource.attributeNames.filter((name) => {
    const attribute = resource.attributes[name]
    return attribute?.searchable === true && attribute.readable
  })
}

/**
 * A `query` written out with `contains`, so that every reader of filters gives it the same meaning. No words select every
 * row; words without an attribute to look into select none.
 */
export function queryFilter(words: readonly string[], attributes: readonly string[]): Filter {
  return and<Filter>(...words.map((word) => or<Filter>(...attributes.map(holds(word)))))
}

function holds(value: string): (attribute: string) => Filter {
  return (attribute) =>
    Object.freeze({ kind: 'compare', attribute, operator: 'contains', value } as const)
}
