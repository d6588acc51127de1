/** What those see of a resource's rows who have the same rights and ask for the same, judged in memory. */
import { and, NONE, type Filter } from '../filter/filter.ts'
import { compileMatch, type Match, type MatchContext } from '../filter/match.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Access } from '../security/access.ts'
import type { WireItem } from './change.ts'

/** The names of the attributes that are seen, or that the row is not; `untold`: only the database can tell. */
export type Sight = readonly string[] | 'unseen' | 'untold'

/** What is seen of a resource. */
export interface View {
  /** The rows that are seen. */
  readonly rows: Filter
  /** The rows, and in which of them each attribute is seen. */
  readonly filters: readonly Filter[]
  look(item: WireItem, context?: MatchContext): Sight
}

/** What a view is made of. */
export interface ViewParts {
  readonly registry: Registry
  readonly resource: Resource
  readonly access: Access
  /** What is asked for of what may be seen; secured already. */
  readonly filter: Filter
}

/** The view of an access. Secret attributes are in none, whatever the access says. */
export function createView({ registry, resource, access, filter }: ViewParts): View {
  const compile = (one: Filter): Match => compileMatch(registry, resource, one)
  const rows = and(access.read, filter)
  const isSeen = compile(rows)
  const attributes = resource.attributeNames
    .map((name) => ({ name, readable: readableOf(resource, access, name) }))
    .filter(({ readable }) => readable.kind !== 'none')
  const always = attributes.every(({ readable }) => readable.kind === 'all')
    ? Object.freeze(attributes.map(({ name }) => name))
    : undefined
  const judged = attributes.map(({ name, readable }) => ({ name, isReadable: compile(readable) }))
  return Object.freeze<View>({
    rows,
    filters: Object.freeze([rows, ...attributes.map(({ readable }) => readable)]),
    look(item, context) {
      const truth = isSeen(item, context)
      if (truth !== true) return truth === undefined ? 'untold' : 'unseen'
      return always ?? namesIn(judged, item, context)
    },
  })
}

/** The same text for what sees the same, so that one view serves all who have one. */
export function viewKeyOf({ read, attributes }: Access, filter: Filter): string {
  const readable = Object.entries(attributes).map(([name, own]) => [name, own.readable])
  return JSON.stringify([read, readable, filter])
}

function readableOf(resource: Resource, access: Access, name: string): Filter {
  if (resource.attributes[name]?.readable !== true) return NONE
  return access.attributes[name]?.readable ?? NONE
}

function namesIn(
  judged: readonly { readonly name: string; readonly isReadable: Match }[],
  item: WireItem,
  context: MatchContext | undefined,
): Sight {
  const names: string[] = []
  for (const { name, isReadable } of judged) {
    const truth = isReadable(item, context)
    if (truth === undefined) return 'untold'
    if (truth === true) names.push(name)
  }
  return names
}
