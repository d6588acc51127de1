/** Hands committed changes to those who subscribed and may see them. Knows no sockets and no SQL. */
import {
  ForbiddenError,
  InvalidError,
  NotFoundError,
  ResourceError,
  UnauthenticatedError,
  type Fault,
} from '../errors.ts'
import { ALL, type Filter } from '../filter/filter.ts'
import { parseFilterJson } from '../filter/parse-filter-json.ts'
import type { Registry } from '../resource/registry.ts'
import { isPossible, type Access } from '../security/access.ts'
import { isAuthenticated, type Authorization } from '../security/authorization.ts'
import { secureFilter } from '../security/secure-filter.ts'
import type { Demand } from './audience.ts'
import { parseCursor, type ChangeBatch, type ChangeOperation, type Cursor } from './change.ts'
import { streamsOf, type Channel, type Stream } from './channel.ts'
import type { ChangeFeed } from './feed.ts'
import type { SeeNow } from './judgement.ts'
import { createLinkRows, type ReadLinkedRows } from './link-rows.ts'
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
  readonly readLinkedRows: ReadLinkedRows
  readonly seeNow: SeeNow
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
  /** Which rows the client wants events of, as JSON; on channels of resources alone. Default: all that it may see. */
  readonly filter?: unknown
  /** Most parts of the filter; default 20. */
  readonly maxFilterNodes?: number
  /** Told when the subscription has ended because there is nothing left that the caller may see. */
  readonly onLost?: () => void
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
const MAX_FILTER_NODES = 20

/** Creates a hub that follows the feed from now on. @throws DeclarationError for channels that can't be */
export function createHub(options: HubOptions): Hub {
  const { registry, feed, report, seeNow } = options
  const links = createLinkRows(options.readLinkedRows)
  const rooms = new Map<string, Room>()
  for (const [name, stream] of streamsOf(registry, options.channels)) {
    rooms.set(name, createRoom({ registry, stream, links, seeNow, report, feedAt: feed.position }))
  }
  let { epoch } = feed.position()

  const unfollow = feed.follow((batch: ChangeBatch) => {
    // Before anything is judged by what they were.
    if (batch.epoch !== epoch) links.forgetAll()
    epoch = batch.epoch
    for (const change of batch.changes) links.forget(change)
    for (const room of rooms.values()) room.push(batch)
  })

  return Object.freeze<Hub>({
    async subscribe(request, sink) {
      const { channel, caller, id } = request
      const room = rooms.get(channel)
      if (room === undefined) throw new NotFoundError('There is no such channel.')
      const asked = readRequest(request, room.stream, registry)
      const demandOf = demandMaker(options, room.stream, asked)
      demandOf(caller)
      const beginning = await beginningOf(asked.since, room, feed)
      const parts = {
        room,
        feed,
        report,
        id,
        sink,
        onLost: request.onLost ?? ignore,
        demandOf: (next: Authorization) => orUndefined(() => demandOf(next)),
        // Asked again: rights may have changed while the log was read.
        demand: demandOf(caller),
      }
      return createSubscription({ ...parts, ...beginning })
    },
    cursorOf(subscriptions) {
      let lowest = feed.position()
      for (const subscription of subscriptions) {
        const own = subscription.position()
        if (own.epoch !== lowest.epoch || own.position < lowest.position) lowest = own
      }
      return lowest
    },
    close: unfollow,
  })
}

function ignore(): void {
  // Nobody asked to be told.
}

interface Beginning {
  readonly cursor: Cursor
  readonly isRecovered: boolean
  readonly page: ChangeBatch | undefined
}

async function beginningOf(
  since: Cursor | undefined,
  room: Room,
  feed: ChangeFeed,
): Promise<Beginning> {
  if (since === undefined) return { cursor: room.place(), isRecovered: true, page: undefined }
  const place = room.place()
  const gap = since.epoch === place.epoch ? place.position - since.position : Infinity
  if (gap > 0 && gap <= MAX_REPLAY) {
    const page = await feed.read(since, PAGE_SIZE)
    if (isNext(page, since)) return { cursor: since, isRecovered: true, page }
  } else if (gap <= 0 && gap >= -MAX_REPLAY) {
    // Another process may be ahead of this one: what it sent already is left out here.
    return { cursor: since, isRecovered: true, page: undefined }
  }
  return { cursor: room.place(), isRecovered: false, page: undefined }
}

/** A request as it was understood. */
interface Asked {
  readonly since: Cursor | undefined
  readonly operations: readonly ChangeOperation[]
  readonly filter: Filter
}

const OPERATIONS: readonly ChangeOperation[] = Object.freeze(['create', 'update', 'delete'])

/** @throws InvalidError with every fault */
function readRequest(request: SubscribeRequest, stream: Stream, registry: Registry): Asked {
  const faults: Fault[] = []
  const { since, ops, filter, maxFilterNodes = MAX_FILTER_NODES } = request
  const { source, resource } = stream
  const cursor = since === undefined ? undefined : parseCursor(since)
  if (since !== undefined && cursor === undefined) {
    faults.push({ pointer: '/payload/since', detail: 'is no cursor' })
  }
  const possible = source === undefined ? OPERATIONS : [source]
  const operations = possible.filter((operation) => ops?.includes(operation) !== false)
  if (ops !== undefined && (operations.length !== ops.length || ops.length === 0)) {
    const list = possible.join(', ')
    faults.push({ pointer: '/payload/ops', detail: `must be some of ${list}, each once` })
  }
  if (filter !== undefined && source !== undefined) {
    faults.push({ pointer: '/payload/filter', detail: 'is not known on this channel' })
  }
  if (faults.length > 0) throw new InvalidError(faults)
  const pointer = '/payload/filter'
  const parsed =
    filter === undefined
      ? ALL
      : parseFilterJson(filter, { registry, resource, pointer, maxNodes: maxFilterNodes })
  return { since: cursor, operations, filter: parsed }
}

/** Makes what tells what is asked for under a caller's rights. It throws what `subscribe` throws. */
function demandMaker(
  { registry, accessOf }: HubOptions,
  { resource }: Stream,
  { operations, filter: asked }: Asked,
): (caller: Authorization) => Demand {
  return (caller) => {
    const access = readableOrThrow(accessOf(resource.name, caller), caller)
    const filter = secureFilter(asked, {
      resource,
      access,
      pointer: '/payload/filter',
      accessOf(name) {
        const peer = accessOf(name, caller)
        return peer && { resource: registry.resource(name), access: peer }
      },
    })
    return { caller, access, asked, filter, operations }
  }
}

/** Undefined: there is nothing that the caller may see. */
function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof ResourceError) return undefined
    throw error
  }
}

/** Whoever may not search can't learn of rows from a channel either. */
function readableOrThrow(access: Access | undefined, caller: Authorization): Access {
  if (access === undefined) throw new NotFoundError('There is no such channel.')
  if (access.isSearchable && isPossible(access.read)) return access
  throw isAuthenticated(caller) ? new ForbiddenError() : new UnauthenticatedError()
}
