/** The audiences of one channel, found by what they may see and by what concerns them. */
import type { Registry } from '../resource/registry.ts'
import {
  audienceKeyOf,
  createAudience,
  type Audience,
  type Demand,
  type Member,
} from './audience.ts'
import type { Change } from './change.ts'
import type { Stream } from './channel.ts'
import { createEqualityIndex, type EqualityIndex } from './equality-index.ts'

/** The audiences of one channel. */
export interface Audiences {
  isEmpty(): boolean
  /** Puts a member among those who see the same. */
  enter(member: Member, demand: Demand): Audience
  leave(member: Member, audience: Audience): void
  /** Those whom a change may concern, each once. */
  concerned(change: Change): readonly Audience[]
  members(): readonly Member[]
}

/** No audiences yet. */
export function createAudiences(registry: Registry, { resource }: Stream): Audiences {
  const all = new Map<string, Audience>()
  const byRow = createEqualityIndex<Audience>()
  /** By the rows of other tables that decide what they cover: by name of the table. */
  const byLink = new Map<string, EqualityIndex<Audience>>()

  function linkIndex(target: string): EqualityIndex<Audience> {
    const index = byLink.get(target) ?? createEqualityIndex<Audience>()
    byLink.set(target, index)
    return index
  }
  return {
    isEmpty: () => all.size === 0,
    members: () => [...all.values()].flatMap(({ members }) => [...members]),
    concerned(change) {
      const links = byLink.get(change.resource)
      const isOwn = change.resource === resource.name
      if (links === undefined && !isOwn) return []
      const rows = [change.before, change.after]
      const linked = links?.find(rows) ?? []
      return [...new Set([...(isOwn ? byRow.find(rows) : []), ...linked])]
    },
    enter(member, demand) {
      const key = audienceKeyOf(demand)
      const found = all.get(key)
      const audience = found ?? createAudience(registry, resource, demand)
      audience.members.add(member)
      if (found !== undefined) return found
      all.set(key, audience)
      byRow.add(audience.cover, audience)
      for (const { join, cover } of audience.links) linkIndex(join.target).add(cover, audience)
      return audience
    },
    leave(member, audience) {
      audience.members.delete(member)
      if (audience.members.size > 0 || all.get(audience.key) !== audience) return
      all.delete(audience.key)
      byRow.delete(audience.cover, audience)
      for (const { join, cover } of audience.links) linkIndex(join.target).delete(cover, audience)
    },
  }
}
