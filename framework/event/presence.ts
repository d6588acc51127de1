/** Who is where, over all processes: a row that somebody may read is a channel in which readers see each other. */
import { ForbiddenError, NotFoundError, UnauthenticatedError, UnavailableError } from '../errors.ts'
import type { PresenceRight } from '../security/access.ts'
import { isAuthenticated, type Authorization } from '../security/authorization.ts'
import type { Bus } from './bus.ts'
import { createPresencePeers } from './presence-peers.ts'
import {
  createPresenceRights,
  type PresenceRights,
  type PresenceRightsOptions,
  type Watcher,
} from './presence-rights.ts'
import { createPresenceRooms, type PresenceEntries } from './presence-rooms.ts'
import { createTracking, type Tracking } from './presence-tracking.ts'
import type { Sink } from './subscription.ts'

/** What {@link createPresence} needs. */
export interface PresenceOptions extends PresenceRightsOptions {
  /** Its owner closes it, after the presence. */
  readonly bus: Bus
}

/** What a client asks for. */
export interface TrackRequest {
  /** `<resource>:<key>`. */
  readonly channel: string
  /** Who asks; asked again whenever rights are. */
  readonly caller: () => Authorization
  /** The caller may not be there any more, or not as it is; the tracking has ended. */
  readonly onForbidden: (tracking: Tracking) => void
}

/** A tracking whose right to be is looked after. */
export interface WatchedTracking extends Tracking {
  /** Asks soon whether the caller, who is another one now, has the right too. */
  recheck(): void
}

/** The presence of one process. Its owner closes it. */
export interface Presence {
  /**
   * Enters a channel; neither seen nor told anything until the tracking's `appear`.
   * The tracking's `appear` throws ForbiddenError too, for who may watch and not be seen.
   * @throws UnauthenticatedError for an anonymous caller; NotFoundError for a row that is absent, not readable or not the caller's to
   * watch, and for what is no channel; UnavailableError after the close; what the store throws
   */
  track(request: TrackRequest, sink: Sink): Promise<WatchedTracking>
  /** Tells the other processes that everybody here leaves. */
  close(): void
}

/** Longest name of a channel, in bytes of its JSON text: entries have to fit what buses carry. */
const MAX_CHANNEL_BYTES = 512

/** Creates the presence of a process, and joins the others. */
export function createPresence(options: PresenceOptions): Presence {
  const { bus, clock } = options
  const rooms = createPresenceRooms(clock)
  const peers = createPresencePeers({ bus, clock, rooms })
  const rights = createPresenceRights(options)
  const own: PresenceEntries = Object.freeze({
    put(channel, entry) {
      rooms.put(channel, entry)
      peers.put(channel, entry)
    },
    remove(channel, key) {
      rooms.remove(channel, key)
      peers.remove(channel, key)
    },
  } satisfies PresenceEntries)
  let isClosed = false

  return Object.freeze<Presence>({
    async track(request, sink) {
      const { channel } = request
      const caller = request.caller()
      if (!isAuthenticated(caller)) throw new UnauthenticatedError()
      const row = rowOf(channel)
      if (row === undefined) throw noSuchChannel()
      // Before it is asked, so that a change in between is asked about too.
      const watch = watchRow(rights, { ...request, ...row })
      try {
        const [right = 'none'] = await options.rightsIn(caller, row.resource, [row.key])
        if (right === 'none') throw noSuchChannel()
        if (isClosed) throw new UnavailableError('The server restarts. Try again soon.')
        const { subject } = caller
        return watch.over(createTracking({ channel, subject, rooms, own, clock, sink }), right)
      } catch (error) {
        watch.end()
        throw error
      }
    },
    close() {
      isClosed = true
      rights.close()
      peers.close()
      rooms.close()
    },
  })
}

interface Row {
  readonly resource: string
  readonly key: string
}

function rowOf(channel: string): Row | undefined {
  const at = channel.indexOf(':')
  if (at < 1 || Buffer.byteLength(JSON.stringify(channel)) > MAX_CHANNEL_BYTES) return undefined
  return { resource: channel.slice(0, at), key: channel.slice(at + 1) }
}

function noSuchChannel(): NotFoundError {
  return new NotFoundError('There is no such channel.')
}

interface Watch {
  /** Ends the tracking together with the right. What was learned meanwhile is newer than `right`. */
  over(tracking: Tracking, right: PresenceRight): WatchedTracking
  end(): void
}

function watchRow(
  rights: PresenceRights,
  { resource, key, caller, onForbidden }: Row & TrackRequest,
): Watch {
  let watched: WatchedTracking | undefined
  let learned: PresenceRight | undefined
  const watcher: Watcher = {
    resource,
    key,
    caller,
    learn(right) {
      learned = right
      if (right === 'appear' || (right === 'see' && watched?.isSeen !== true)) return
      end()
      watched?.end()
      if (watched !== undefined) onForbidden(watched)
    },
  }
  const end = rights.watch(watcher)
  return {
    end,
    over(tracking, right) {
      learned ??= right
      if (learned === 'none') {
        tracking.end()
        throw noSuchChannel()
      }
      watched = Object.freeze<WatchedTracking>({
        channel: tracking.channel,
        get id() {
          return tracking.id
        },
        get isSeen() {
          return tracking.isSeen
        },
        appear(appearance) {
          const { meta } = appearance
          if (learned !== 'appear' && meta !== null && meta !== undefined) {
            throw new ForbiddenError('You may watch this channel, and not be seen in it.')
          }
          tracking.appear(appearance)
        },
        recheck: () => rights.recheck(watcher),
        end() {
          end()
          tracking.end()
        },
      })
      return watched
    },
  }
}
