/** The subscriptions of one channel, gathered by what they see. */
import type { Registry } from '../resource/registry.ts'
import type { Access } from '../security/access.ts'
import type { Change } from './change.ts'
import { channelEvent, type ChannelEvent, type ReadNow } from './channel-event.ts'
import type { Channel } from './channel.ts'
import type { SharedFrame } from './shared-frame.ts'
import { createView, viewKeyOf, type View } from './view.ts'

/** One subscription, as its room sees it. */
export interface Member {
  /** Takes an event that is for it; `untold`: it has to ask whether it is. */
  take(event: ChannelEvent, frame: SharedFrame | 'untold'): void
  /** Goes on from where the hub stands, and tells the client that something may be missing. */
  beginAnew(): void
}

/** Members with one view. */
export interface Audience {
  readonly key: string
  readonly view: View
  readonly members: Set<Member>
}

/** One channel and who listens. */
export interface Room {
  readonly channel: Channel
  /** The event that a change is in this channel; undefined when it is none. Throws what the channel's own filter throws. */
  eventOf(change: Change, epoch: string): ChannelEvent | undefined
  enter(member: Member, access: Access): Audience
  leave(member: Member, audience: Audience): void
  /** Judges a change once for each view, and hands it on. Throws what the channel's own filter throws. */
  publish(change: Change, epoch: string): void
  /** Every member begins anew. */
  beginAnew(): void
}

/** What a room is made of. */
export interface RoomParts {
  readonly registry: Registry
  readonly channel: Channel
  readonly readNow: ReadNow
}

/** Creates an empty room. @throws DeclarationError when the channel's resource was not gathered */
export function createRoom({ registry, channel, readNow }: RoomParts): Room {
  const resource = registry.resource(channel.source.resource)
  const audiences = new Map<string, Audience>()

  function eventOf(change: Change, epoch: string): ChannelEvent | undefined {
    const { source, filter, name } = channel
    if (change.resource !== source.resource || change.operation !== source.operation) {
      return undefined
    }
    if (filter?.(change.after ?? change.before ?? {}) === false) return undefined
    const cursor = Object.freeze({ epoch, position: change.position })
    return channelEvent({ channel: name, resource, change, cursor, readNow })
  }

  return Object.freeze<Room>({
    channel,
    eventOf,
    enter(member, access) {
      const key = viewKeyOf(access)
      const found = audiences.get(key)
      const audience = found ?? {
        key,
        view: createView(registry, resource, access),
        members: new Set(),
      }
      if (found === undefined) audiences.set(key, audience)
      audience.members.add(member)
      return audience
    },
    leave(member, { key, members }) {
      members.delete(member)
      if (members.size === 0) audiences.delete(key)
    },
    publish(change, epoch) {
      if (audiences.size === 0) return
      const event = eventOf(change, epoch)
      if (event === undefined) return
      for (const { view, members } of audiences.values()) {
        const frame = event.frameFor(view)
        if (frame === undefined) continue
        for (const member of members) member.take(event, frame)
      }
    },
    beginAnew() {
      for (const { members } of audiences.values()) {
        for (const member of members) member.beginAnew()
      }
    },
  })
}
