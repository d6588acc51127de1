/** Hands committed changes to those who subscribed and may see them. Knows no sockets and no SQL. */
import {
  DeclarationError,
  ForbiddenError,
  InvalidError,
  NotFoundError,
  UnauthenticatedError,
  type Fault,
} from '../errors.ts'
import type { Registry } from '../resource/registry.ts'
import { isPossible, type Access } from '../security/access.ts'
import { isAuthenticated, type Authorization } from '../security/authorization.ts'
import { parseCursor, type Change, type ChangeBatch, type Cursor } from './change.ts'
import type { ReadNow } from './channel-event.ts'
import type { Channel } from './channel.ts'
import type { ChangeFeed } from './feed.ts'
import { createRoom, type Room } from './room.ts'
import type { OperationId } from './shared-frame.ts'
import {
  createSubscription,
  isNext,
  PAGE_SIZE,
  type Sink,
  type Subscription,
} from './subscription.ts'

/** What {@link createHub} needs. */
export interface HubOptions {
  readonly registry: Registry
  readonly channels: readonly Channel[]
  readonly feed: ChangeFeed
  /** What a caller may do with a resource, by the store factory; undefined when it is not reachable. */
  readonly accessOf: (resource: string, caller: Authorization) => Access | undefined
  readonly readNow: ReadNow
  /** Told of what went wrong where nobody waits: a store that does not answer, an app's filter that throws. */
  readonly report: (error: unknown) => void
}

/** What a client asks for. Members come as they were sent. */
export interface SubscribeRequest {
  readonly channel: string
  readonly caller: Authorization
  /** Comes back with every event. */
  readonly id?: OperationId | undefined
  /** The cursor up to which the client has everything. */
  readonly since?: string | undefined
  /** Operations that the client wants events of; default: those of the channel. */
  readonly ops?: readonly string[] | undefined
  readonly filter?: unknown
}

/** The hub of one process. Its owner closes it. */
export interface Hub {
  /**
   * Subscribes to a channel. Nothing is sent to the sink before the subscription's `start`.
   * @throws NotFoundError for an unknown channel; UnauthenticatedError and ForbiddenError when the caller can see none of
   * its events; InvalidError for a wrong since, ops or filter; what the feed throws while it is away
   */
  subscribe(request: SubscribeRequest, sink: Sink): Promise<Subscription>
  /** The place from which a client that has these subscriptions can resume without missing anything. */
  cursorOf(subscriptions: Iterable<Subscription>): Cursor
  /** Stops following the feed. */
  close(): void
}

/** A gap of more changes than this is not replayed: reading a snapshot is quicker then. */
export const MAX_REPLAY = 1000

/** Creates a hub that follows the feed from now on. @throws DeclarationError for channels that can't be */
export function createHub(options: HubOptions): Hub {
  const { feed, report } = options
  const rooms = openRooms(options)
  const bySource = Map.groupBy(rooms.values(), ({ channel }) => sourceKey(channel.source))
  let place = feed.position()

  function publish(room: Room, change: Change): void {
    try {
      room.publish(change, place.epoch)
    } catch (error) {
      report(error)
      room.beginAnew()
    }
  }

  const unfollow = feed.follow(({ epoch, changes }: ChangeBatch) => {
    if (epoch !== place.epoch) {
      place = Object.freeze({ epoch, position: (changes[0]?.position ?? 1) - 1 })
      for (const room of rooms.values()) room.beginAnew()
    }
    for (const change of changes) {
      place = Object.freeze({ epoch, position: change.position })
      for (const room of bySource.get(sourceKey(change)) ?? []) publish(room, change)
    }
  })

  async function beginningOf(since: Cursor | undefined): Promise<Beginning> {
    if (since === undefined) return { cursor: place, isRecovered: true, page: undefined }
    const gap = since.epoch === place.epoch ? place.position - since.position : Infinity
    if (gap > 0 && gap <= MAX_REPLAY) {
      const page = await feed.read(since, PAGE_SIZE)
      if (isNext(page, since)) return { cursor: since, isRecovered: true, page }
    } else if (gap <= 0 && gap >= -MAX_REPLAY) {
      // Another process may be ahead of this one: what it sent already is left out here.
      return { cursor: since, isRecovered: true, page: undefined }
    }
    return { cursor: place, isRecovered: false, page: undefined }
  }

  return Object.freeze<Hub>({
    async subscribe(request, sink) {
      const { channel, caller, id } = request
      const room = rooms.get(channel)
      if (room === undefined) throw new NotFoundError('There is no such channel.')
      const { resource } = room.channel.source
      const since = checkRequest(request, room.channel)
      readableOrThrow(options.accessOf(resource, caller), caller)
      const beginning = await beginningOf(since)
      // Asked again: rights may have changed while the log was read.
      const access = readableOrThrow(options.accessOf(resource, caller), caller)
      const accessOf = (next: Authorization) => readable(options.accessOf(resource, next))
      const standing = () => place
      const parts = { room, feed, place: standing, accessOf, report, caller, access, id, sink }
      return createSubscription({ ...parts, ...beginning })
    },
    cursorOf(subscriptions) {
      let lowest = place
      for (const subscription of subscriptions) {
        const own = subscription.position()
        if (own.epoch !== place.epoch || own.position < lowest.position) lowest = own
      }
      return lowest
    },
    close: unfollow,
  })
}

interface Beginning {
  readonly cursor: Cursor
  readonly isRecovered: boolean
  readonly page: ChangeBatch | undefined
}

function openRooms({ registry, channels, readNow }: HubOptions): ReadonlyMap<string, Room> {
  const rooms = new Map<string, Room>()
  for (const channel of channels) {
    const { name } = channel
    if (rooms.has(name)) {
      throw new DeclarationError(`There are two channels '${name}'. Rename one.`)
    }
    if (Object.hasOwn(registry.resources, name)) {
      throw new DeclarationError(
        `Channel '${name}' has the name of a resource, whose own channel that is. Rename it.`,
      )
    }
    rooms.set(name, createRoom({ registry, channel, readNow }))
  }
  return rooms
}

function sourceKey({ resource, operation }: Pick<Change, 'resource' | 'operation'>): string {
  return `${operation} ${resource}`
}

/** @returns the cursor of `since` */
function checkRequest(request: SubscribeRequest, { source }: Channel): Cursor | undefined {
  const faults: Fault[] = []
  const { since, ops, filter } = request
  const cursor = since === undefined ? undefined : parseCursor(since)
  if (since !== undefined && cursor === undefined) {
    faults.push({ pointer: '/payload/since', detail: 'is no cursor' })
  }
  if (ops !== undefined && (ops.length !== 1 || ops[0] !== source.operation)) {
    faults.push({ pointer: '/payload/ops', detail: `must be ["${source.operation}"] here` })
  }
  if (filter !== undefined) {
    faults.push({ pointer: '/payload/filter', detail: 'is not known on this channel' })
  }
  if (faults.length > 0) throw new InvalidError(faults)
  return cursor
}

/** Whoever may not search can't learn of rows from a channel either. */
function readable(access: Access | undefined): Access | undefined {
  return access?.isSearchable === true && isPossible(access.read) ? access : undefined
}

function readableOrThrow(access: Access | undefined, caller: Authorization): Access {
  if (access === undefined) throw new NotFoundError('There is no such channel.')
  const found = readable(access)
  if (found !== undefined) return found
  throw isAuthenticated(caller) ? new ForbiddenError() : new UnauthenticatedError()
}
