/** One socket in one channel: how it is seen there, and what it is told. */
import { randomBytes } from 'node:crypto'
import { NotFoundError } from '../errors.ts'
import type { Clock } from './clock.ts'
import type { PresenceEntry, PresenceMeta } from './presence-entry.ts'
import type { PresenceMember, PresenceRoom } from './presence-room.ts'
import type { PresenceEntries, PresenceRooms } from './presence-rooms.ts'
import type { OperationId, SharedFrame } from './shared-frame.ts'
import type { Sink } from './subscription.ts'

/** How a client wants to be seen from now on. */
export interface Appearance {
  /** Comes back with every frame. */
  readonly id?: OperationId | undefined
  /** Null and undefined: watches without being seen. */
  readonly meta?: PresenceMeta | null | undefined
  /** For how long the meta is shown; then all is as it was last without an end, also unseen, or an empty one is shown. Absent: for good. */
  readonly ttlSeconds?: number | undefined
}

/** A socket in a channel. Its owner ends it. */
export interface Tracking {
  readonly channel: string
  readonly id: OperationId | undefined
  /** Whether others see it there. */
  readonly isSeen: boolean
  /**
   * Sends the state of the channel, in which the client is as it says, and from then on every change. What the reader has no
   * room for is not sent; it gets the whole state again as soon as it has room.
   * @throws TooManyRequestsError when the channel is full, and NotFoundError after the end; then all is as before
   */
  appear(appearance: Appearance): void
  /** Is seen no more, and told nothing more. */
  end(): void
}

/** What a tracking is made of. */
export interface TrackingParts {
  readonly channel: string
  readonly subject: string
  readonly rooms: PresenceRooms
  /** The entries of this process. */
  readonly own: PresenceEntries
  readonly clock: Clock
  readonly sink: Sink
}

/** Creates a tracking that is neither seen nor told anything before it appears. */
export function createTracking(parts: TrackingParts): Tracking {
  return new RoomTracking(parts)
}

class RoomTracking implements Tracking, PresenceMember {
  readonly channel: string
  readonly #parts: TrackingParts
  readonly #room: PresenceRoom
  readonly #key = randomBytes(12).toString('base64url')
  #id: OperationId | undefined
  /** Undefined: unseen. */
  #lasting: PresenceMeta | undefined = Object.freeze({})
  #isSeen = false
  #cancelTtl: (() => void) | undefined
  /** Counts up when what waits for the reader is of no use any more. */
  #turn = 0
  #state: 'new' | 'told' | 'waiting' | 'behind' | 'ended' = 'new'

  constructor(parts: TrackingParts) {
    this.channel = parts.channel
    this.#parts = parts
    this.#room = parts.rooms.enter(parts.channel, this)
  }

  get id(): OperationId | undefined {
    return this.#id
  }

  get isSeen(): boolean {
    return this.#isSeen
  }

  appear({ id, meta, ttlSeconds }: Appearance): void {
    if (this.#state === 'ended') throw new NotFoundError('There is no such channel.')
    if (meta === null || meta === undefined) {
      this.#cancelTtl?.()
      this.#lasting = undefined
      this.#hide()
    } else {
      this.#room.refuseFull(this.#entryOf(meta))
      this.#cancelTtl?.()
      if (ttlSeconds === undefined) this.#lasting = meta
      else this.#cancelTtl = this.#parts.clock.after(ttlSeconds * 1000, () => this.#fallBack())
      this.#show(this.#entryOf(meta))
    }
    this.#id = id
    this.#tellAll()
  }

  tell(changes: SharedFrame): void {
    if (this.#state === 'told') {
      this.#state = 'waiting'
      void this.#sendWhenReady(changes)
    } else if (this.#state === 'waiting') {
      this.#state = 'behind'
    }
  }

  end(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#turn += 1
    this.#cancelTtl?.()
    this.#hide()
    this.#parts.rooms.leave(this.channel, this)
  }

  #entryOf(meta: PresenceMeta): PresenceEntry {
    return Object.freeze({ key: this.#key, subject: this.#parts.subject, meta })
  }

  #fallBack(): void {
    if (this.#lasting === undefined) {
      this.#hide()
      return
    }
    const lasting = this.#entryOf(this.#lasting)
    // Others may have taken the room that it had.
    const entry = this.#room.hasRoomFor(lasting) ? lasting : this.#entryOf(Object.freeze({}))
    this.#show(entry)
  }

  #show(entry: PresenceEntry): void {
    this.#isSeen = true
    this.#parts.own.put(this.channel, entry)
  }

  #hide(): void {
    this.#isSeen = false
    this.#parts.own.remove(this.channel, this.#key)
  }

  #tellAll(): void {
    this.#turn += 1
    this.#state = 'told'
    this.#parts.sink.send(this.#room.stateFrame().bytes(this.#id))
  }

  async #sendWhenReady(changes: SharedFrame): Promise<void> {
    const turn = this.#turn
    await this.#parts.sink.ready()
    if (this.#turn !== turn) return
    if (this.#state === 'behind') {
      this.#tellAll()
      return
    }
    this.#state = 'told'
    this.#parts.sink.send(changes.bytes(this.#id))
  }
}
