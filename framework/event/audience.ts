/** Subscriptions that see the same, judged as one. */
import type { Filter } from '../filter/filter.ts'
import { compileMatch, type MatchContext } from '../filter/match.ts'
import type { Registry } from '../resource/registry.ts'
import { keyOf } from '../resource/key.ts'
import type { Resource } from '../resource/resource.ts'
import type { Access } from '../security/access.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Change, ChangeOperation, Cursor } from './change.ts'
import { coverOf, fixedBy, type EqualityTerm } from './equality-index.ts'
import { isTurnedBy, linkTermsOf, type LinkTerm } from './link-terms.ts'
import type { SharedFrame } from './shared-frame.ts'
import { createView, viewKeyOf, type View } from './view.ts'

/** One subscription, as its room sees it. */
export interface Member {
  /** Takes an event that is for it. */
  take(frame: SharedFrame, cursor: Cursor): void
  /**
   * Goes on from where the room stands, and tells the client that something may be missing.
   * @param at whoever has had everything up to here by itself misses nothing
   */
  beginAnew(at: Cursor): void
  /** Ends: there is nothing left that it may see. */
  lose(): void
}

/** What a subscription asks for, under the rights that its caller has. */
export interface Demand {
  readonly caller: Authorization
  readonly access: Access
  /** As it was asked for. */
  readonly asked: Filter
  /** As far as the caller may know. */
  readonly filter: Filter
  readonly operations: readonly ChangeOperation[]
}

/** Members with one view. */
export interface Audience {
  readonly key: string
  readonly view: View
  readonly operations: readonly ChangeOperation[]
  readonly members: Set<Member>
  /** One of the callers, who all have the same rights here. */
  readonly caller: Authorization
  readonly asked: Filter
  /** By which values its rows are found; undefined when any may be one. */
  readonly cover: readonly EqualityTerm[] | undefined
  readonly links: readonly LinkTerm[]
  /** The key of the only row that is covered; undefined: there may be others. */
  readonly onlyKey: string | undefined
  /** What a change of a row of another table does to what the audience covers. */
  turn(change: Change, context: MatchContext): 'stays' | 'turns' | 'is lost'
}

/** The same text for demands that see the same. */
export function audienceKeyOf({ access, filter, operations }: Demand): string {
  return `${operations.join()} ${viewKeyOf(access, filter)}`
}

/** An audience without members. */
export function createAudience(registry: Registry, resource: Resource, demand: Demand): Audience {
  const { access, filter, operations, caller, asked } = demand
  const view = createView({ registry, resource, access, filter })
  const fixed = fixedBy(resource, view.rows)
  const links = linkTermsOf(registry, { resource, filters: view.filters, fixed })
  const mayCover = compileMatch(registry, resource, view.rows)
  return Object.freeze<Audience>({
    key: audienceKeyOf(demand),
    view,
    operations,
    members: new Set(),
    caller,
    asked,
    cover: coverOf(resource, view.rows),
    links,
    onlyKey: resource.key.every((name) => Object.hasOwn(fixed, name))
      ? keyOf(resource, fixed)
      : undefined,
    turn(change, context) {
      const isTurned = links.some(
        (term) => term.join.target === change.resource && isTurnedBy(term, change, context),
      )
      if (!isTurned) return 'stays'
      // What is not fixed can't be told, so only what is false for every row is false.
      const truth = mayCover(fixed, context)
      return truth === false || truth === null ? 'is lost' : 'turns'
    },
  })
}
