/** One subscription: takes events as they happen, and reads from the log what it has not had. */
import type { Access } from '../security/access.ts'
import type { Authorization } from '../security/authorization.ts'
import type { ChangeBatch, Cursor } from './change.ts'
import type { ChannelEvent } from './channel-event.ts'
import type { ChangeFeed } from './feed.ts'
import type { Audience, Member, Room } from './room.ts'
import { resyncFrame, type OperationId, type SharedFrame } from './shared-frame.ts'

/** Where the frames of subscriptions go. */
export interface Sink {
  /** Takes a frame at once, in order. Never throws. */
  send(frame: Buffer): void
  /** Resolves when the reader has taken most of what was sent, or is gone. */
  ready(): Promise<void>
}

/** A subscription of one client to one channel. Its owner ends it. */
export interface Subscription {
  readonly channel: string
  readonly id: OperationId | undefined
  /** Where it begins: every later event that the caller may see comes. */
  readonly cursor: Cursor
  /** False: what came between the client's own cursor and this one can't be had any more. */
  readonly isRecovered: boolean
  /** Lets events through; to be called once, when the client has been told of the subscription. */
  start(): void
  /** Everything up to here has been sent, or is not for the caller. */
  position(): Cursor
  /** Goes on under the rights of another authorization; false when it has none here: then the subscription has ended. */
  reauthorize(caller: Authorization): boolean
  /** Nothing is sent any more. */
  end(): void
}

/** What a subscription is made of. */
export interface SubscriptionParts {
  readonly room: Room
  readonly feed: ChangeFeed
  /** Where the hub stands: up to here every change was handed to the rooms. */
  readonly place: () => Cursor
  readonly accessOf: (caller: Authorization) => Access | undefined
  readonly report: (error: unknown) => void
  readonly caller: Authorization
  readonly access: Access
  readonly id: OperationId | undefined
  readonly sink: Sink
  readonly cursor: Cursor
  readonly isRecovered: boolean
  /** What was read from the log after the cursor already. */
  readonly page: ChangeBatch | undefined
}

/** How many changes are read from the log at once; the reader takes them before the next are read. */
export const PAGE_SIZE = 100
/** How many events may wait for the store's answer; the rest is read from the log afterwards. */
const MAX_PENDING = 100

/** Creates a subscription that waits for its start. */
export function createSubscription(parts: SubscriptionParts): Subscription {
  return new RoomSubscription(parts)
}

class RoomSubscription implements Subscription, Member {
  readonly channel: string
  readonly id: OperationId | undefined
  readonly cursor: Cursor
  readonly isRecovered: boolean
  readonly #parts: Omit<SubscriptionParts, 'caller' | 'access' | 'page'>
  #caller: Authorization
  #audience: Audience
  #mode: 'waiting' | 'reading' | 'live' | 'ended' = 'waiting'
  /** Everything up to here was sent, or is not for the caller. While live and idle it may lag behind. */
  #at: Cursor
  /** What was read from the log before the start. */
  #page: ChangeBatch | undefined
  /** Events that wait for the store's answer, and those after them. */
  #pending: ChannelEvent[] = []
  /** Counts up when what is under way has to stop. */
  #turn = 0

  constructor({ caller, access, page, ...parts }: SubscriptionParts) {
    this.channel = parts.room.channel.name
    this.id = parts.id
    this.cursor = parts.cursor
    this.isRecovered = parts.isRecovered
    this.#parts = parts
    this.#caller = caller
    this.#at = parts.cursor
    this.#page = page
    this.#audience = parts.room.enter(this, access)
  }

  start(): void {
    if (this.#mode !== 'waiting') return
    this.#mode = 'live'
    const [page, place] = [this.#page, this.#parts.place()]
    this.#page = undefined
    if (this.#at.epoch !== place.epoch) this.beginAnew()
    else if (isBehind(this.#at, place)) void this.#readLog(page)
  }

  position(): Cursor {
    const place = this.#parts.place()
    const isIdle = this.#mode === 'live' && this.#pending.length === 0
    return isIdle && isUpTo(this.#at, place) ? place : this.#at
  }

  reauthorize(caller: Authorization): boolean {
    const access = this.#parts.accessOf(caller)
    if (access === undefined) {
      this.end()
      return false
    }
    this.#parts.room.leave(this, this.#audience)
    this.#audience = this.#parts.room.enter(this, access)
    this.#caller = caller
    return true
  }

  end(): void {
    this.#stop('ended')
    this.#parts.room.leave(this, this.#audience)
  }

  take(event: ChannelEvent, frame: SharedFrame | 'untold'): void {
    if (this.#mode !== 'live' || isUpTo(event.cursor, this.#at)) return
    if (frame !== 'untold' && this.#pending.length === 0) {
      this.#send(frame)
      return
    }
    if (this.#pending.length === 0) this.#at = before(event.cursor)
    this.#pending.push(event)
    if (this.#pending.length > MAX_PENDING) void this.#readLog()
    else if (this.#pending.length === 1) void this.#askStore()
  }

  beginAnew(): void {
    // One that waits will see by itself, at its start.
    if (this.#mode === 'waiting') return
    this.#stop('live')
    this.#at = this.#parts.place()
    this.#send(resyncFrame(this.channel))
  }

  #send(frame: SharedFrame | undefined): void {
    if (frame !== undefined) this.#parts.sink.send(frame.bytes(this.id))
  }

  /** @returns the turn of what begins now */
  #stop(next: 'reading' | 'live' | 'ended'): number {
    this.#mode = next
    this.#pending = []
    return ++this.#turn
  }

  /** The frame of an event under the rights of the moment at which it is there. */
  async #frameFor(event: ChannelEvent): Promise<SharedFrame | undefined> {
    const frame = event.frameFor(this.#audience.view)
    if (frame !== 'untold') return frame
    const asked = this.#caller
    const told = await event.ask(asked)
    return asked === this.#caller ? told : this.#frameFor(event)
  }

  async #askStore(): Promise<void> {
    const turn = ++this.#turn
    try {
      for (let event = this.#pending[0]; event !== undefined; event = this.#pending[0]) {
        const frame = await this.#frameFor(event)
        if (this.#turn !== turn) return
        this.#pending.shift()
        this.#at = event.cursor
        this.#send(frame)
      }
    } catch (error) {
      this.#miss(error, turn)
    }
  }

  /** Reads the log up to where the hub stands, at the pace of the reader; then goes live in the same moment. */
  async #readLog(first?: ChangeBatch): Promise<void> {
    const turn = this.#stop('reading')
    let read = first
    try {
      while (isBehind(this.#at, this.#parts.place())) {
        const page = read ?? (await this.#parts.feed.read(this.#at, PAGE_SIZE))
        read = undefined
        if (this.#turn !== turn) return
        if (!isNext(page, this.#at)) {
          this.beginAnew()
          return
        }
        if (!(await this.#sendPage(page, turn))) return
      }
      this.#mode = 'live'
    } catch (error) {
      this.#miss(error, turn)
    }
  }

  /** @returns whether it is still this turn */
  async #sendPage({ epoch, changes }: ChangeBatch, turn: number): Promise<boolean> {
    for (const change of changes) {
      await this.#parts.sink.ready()
      const event = this.#parts.room.eventOf(change, epoch)
      const frame = event === undefined ? undefined : await this.#frameFor(event)
      if (this.#turn !== turn) return false
      this.#at = Object.freeze({ epoch, position: change.position })
      this.#send(frame)
    }
    return true
  }

  /** What can't be judged is not sent, and the client is told. */
  #miss(error: unknown, turn: number): void {
    this.#parts.report(error)
    if (this.#turn === turn) this.beginAnew()
  }
}

function isUpTo(one: Cursor, other: Cursor): boolean {
  return one.epoch === other.epoch && one.position <= other.position
}

function isBehind(one: Cursor, other: Cursor): boolean {
  return one.epoch === other.epoch && one.position < other.position
}

function before({ epoch, position }: Cursor): Cursor {
  return Object.freeze({ epoch, position: position - 1 })
}

/** Whether a page of the log goes on right after a place. */
export function isNext(page: ChangeBatch | undefined, at: Cursor): page is ChangeBatch {
  return page?.epoch === at.epoch && page.changes[0]?.position === at.position + 1
}
