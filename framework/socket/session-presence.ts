/** The channels that one socket tracks: where it is, and who else is there. */
import { ConflictError, InvalidError } from '../errors.ts'
import { toPresenceMeta } from '../event/presence-entry.ts'
import type { Presence, WatchedTracking } from '../event/presence.ts'
import type { Appearance } from '../event/presence-tracking.ts'
import type { OperationId } from '../event/shared-frame.ts'
import type { Authorization } from '../security/authorization.ts'
import type { TrackFrame } from './client-frame.ts'
import type { SendQueue } from './send-queue.ts'
import { serverFrame } from './server-frame.ts'

/** What the tracked channels of a socket need of it. */
export interface SessionPresenceOptions {
  readonly queue: Pick<SendQueue, 'send' | 'ready'>
  /** Who is at the other end now. */
  readonly caller: () => Authorization
}

/** The tracked channels of one socket. */
export interface SessionPresence {
  /** How many there are. */
  readonly size: number
  has(channel: string): boolean
  /** @throws ConflictError when another channel than this one has that id */
  refuseTaken(id: OperationId | undefined, channel: string | undefined): void
  /**
   * Tracks a channel, or appears otherwise in one that is tracked, and answers with its state; nothing when the socket closes
   * meanwhile.
   * @throws InvalidError, and what `Presence` throws; then all is as before
   */
  track(
    id: OperationId | undefined,
    payload: TrackFrame['payload'],
    isOpen: () => boolean,
  ): Promise<void>
  /** The channel with that id, of that name, or both; it is ended and gone. Undefined when there is none. */
  end(
    id: OperationId | undefined,
    channel: string | undefined,
  ): Pick<WatchedTracking, 'id' | 'channel'> | undefined
  /** The caller is another one: asks whether it may read what is tracked. */
  recheck(): void
  endAll(): void
}

/** Creates the tracked channels of a socket that tracks none yet. */
export function createSessionPresence(
  presence: Presence,
  { queue, caller }: SessionPresenceOptions,
): SessionPresence {
  const all = new Map<string, WatchedTracking>()

  function onForbidden({ id, channel }: Pick<WatchedTracking, 'id' | 'channel'>): void {
    all.delete(channel)
    queue.send(serverFrame('Unsubscribed', id, { channel, payload: { reason: 'forbidden' } }))
  }

  async function begin(
    channel: string,
    appearance: Appearance,
    isOpen: () => boolean,
  ): Promise<void> {
    const tracking = await presence.track({ channel, caller, onForbidden }, queue)
    if (!isOpen()) {
      tracking.end()
      return
    }
    try {
      tracking.appear(appearance)
    } catch (error) {
      tracking.end()
      throw error
    }
    all.set(channel, tracking)
  }

  return Object.freeze<SessionPresence>({
    get size() {
      return all.size
    },
    has: (channel) => all.has(channel),
    refuseTaken(id, channel) {
      const isTaken = (one: WatchedTracking) => one.id === id && one.channel !== channel
      if (id !== undefined && all.values().some(isTaken)) {
        throw new ConflictError('The id is in use: a tracked channel has it.')
      }
    },
    async track(id, { channel, ...payload }, isOpen) {
      const appearance = { id, ...appearanceOf(payload) }
      const found = all.get(channel)
      if (found === undefined) await begin(channel, appearance, isOpen)
      else found.appear(appearance)
    },
    end(id, channel) {
      const found = all
        .values()
        .find(
          (one) =>
            (id ?? channel) !== undefined &&
            (id === undefined || one.id === id) &&
            (channel === undefined || one.channel === channel),
        )
      found?.end()
      if (found !== undefined) all.delete(found.channel)
      return found
    },
    recheck() {
      for (const tracking of all.values()) tracking.recheck()
    },
    endAll() {
      for (const tracking of all.values()) tracking.end()
      all.clear()
    },
  })
}

/** @throws InvalidError */
function appearanceOf({
  meta,
  ttl,
}: Pick<TrackFrame['payload'], 'meta' | 'ttl'>): Omit<Appearance, 'id'> {
  if (meta === undefined || meta === null) {
    if (ttl === undefined) return {}
    throw new InvalidError([{ pointer: '/payload/ttl', detail: 'is for a meta alone' }])
  }
  const shown = toPresenceMeta(meta, '/payload/meta')
  return ttl === undefined ? { meta: shown } : { meta: shown, ttlSeconds: ttl }
}
