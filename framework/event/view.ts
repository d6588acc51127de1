/** What callers with the same rights see of a resource's rows, judged in memory. */
import { NONE, type Filter } from '../filter/filter.ts'
import { compileMatch, type Match } from '../filter/match.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Access } from '../security/access.ts'
import type { WireItem } from './change.ts'

/** The names of the attributes that are seen, or that the row is not; `untold`: only the database can tell. */
export type Sight = readonly string[] | 'unseen' | 'untold'

/** What is seen of a resource. */
export interface View {
  look(item: WireItem): Sight
}

/** The same text for accesses that see the same, so that one view serves all who have one. */
export function viewKeyOf(access: Access): string {
  const readable = Object.entries(access.attributes).map(([name, own]) => [name, own.readable])
  return JSON.stringify([access.read, readable])
}

/** The view of an access. Secret attributes are in none, whatever the access says. */
export function createView(registry: Registry, resource: Resource, access: Access): View {
  const compile = (filter: Filter): Match => compileMatch(registry, resource, filter)
  const isSeen = compile(access.read)
  const attributes = resource.attributeNames
    .map((name) => ({ name, readable: readableOf(resource, access, name) }))
    .filter(({ readable }) => readable.kind !== 'none')
  const always = attributes.every(({ readable }) => readable.kind === 'all')
    ? Object.freeze(attributes.map(({ name }) => name))
    : undefined
  const judged = attributes.map(({ name, readable }) => ({ name, isReadable: compile(readable) }))
  return Object.freeze({
    look(item: WireItem): Sight {
      const truth = isSeen(item)
      if (truth !== true) return truth === undefined ? 'untold' : 'unseen'
      return always ?? namesIn(judged, item)
    },
  })
}

function readableOf(resource: Resource, access: Access, name: string): Filter {
  if (resource.attributes[name]?.readable !== true) return NONE
  return access.attributes[name]?.readable ?? NONE
}

function namesIn(
  judged: readonly { readonly name: string; readonly isReadable: Match }[],
  item: WireItem,
): Sight {
  const names: string[] = []
  for (const { name, isReadable } of judged) {
    const truth = isReadable(item)
    if (truth === undefined) return 'untold'
    if (truth === true) names.push(name)
  }
  return names
}
