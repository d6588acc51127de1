/** One subscription: takes events as they happen, and reads from the log what it has not had. */
import type { Authorization } from '../security/authorization.ts'
import type { Audience, Demand, Member } from './audience.ts'
import type { Change, ChangeBatch, Cursor } from './change.ts'
import type { ChangeFeed } from './feed.ts'
import type { Judgement, Verdict } from './judgement.ts'
import type { Room } from './room.ts'
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
  /** What it asks for under the rights of a caller; undefined when there is nothing that the caller may see. */
  readonly demandOf: (caller: Authorization) => Demand | undefined
  readonly demand: Demand
  readonly report: (error: unknown) => void
  readonly id: OperationId | undefined
  readonly sink: Sink
  /** Told when it has ended because there is nothing left that the caller may see. */
  readonly onLost: () => void
  readonly cursor: Cursor
  readonly isRecovered: boolean
  /** What was read from the log after the cursor already. */
  readonly page: ChangeBatch | undefined
}

/** How many changes are read from the log at once; the reader takes them before the next are read. */
export const PAGE_SIZE = 100

/** Creates a subscription that waits for its start. */
export function createSubscription(parts: SubscriptionParts): Subscription {
  return new RoomSubscription(parts)
}

class RoomSubscription implements Subscription, Member {
  readonly channel: string
  readonly id: OperationId | undefined
  readonly cursor: Cursor
  readonly isRecovered: boolean
  readonly #parts: Omit<SubscriptionParts, 'demand' | 'page'>
  #audience: Audience
  #mode: 'waiting' | 'reading' | 'live' | 'ended' = 'waiting'
  /** Lost before its start: the client has to be told of the subscription first. */
  #isLost = false
  /** Everything up to here was sent, or is not for the caller. While live it may lag behind. */
  #at: Cursor
  /** What was read from the log before the start. */
  #page: ChangeBatch | undefined
  /** Counts up when what is under way has to stop. */
  #turn = 0

  constructor({ demand, page, ...parts }: SubscriptionParts) {
    this.channel = parts.room.stream.name
    this.id = parts.id
    this.cursor = parts.cursor
    this.isRecovered = parts.isRecovered
    this.#parts = parts
    this.#at = parts.cursor
    this.#page = page
    this.#audience = parts.room.enter(this, demand)
  }

  start(): void {
    if (this.#mode !== 'waiting') return
    this.#mode = 'live'
    const [page, place] = [this.#page, this.#parts.room.place()]
    this.#page = undefined
    if (this.#isLost) this.lose()
    else if (this.#at.epoch !== place.epoch) this.#resync()
    else if (isBehind(this.#at, place)) void this.#readLog(page)
  }

  position(): Cursor {
    const place = this.#parts.room.place()
    return this.#mode === 'live' && isUpTo(this.#at, place) ? place : this.#at
  }

  reauthorize(caller: Authorization): boolean {
    const { room, demandOf } = this.#parts
    const demand = demandOf(caller)
    if (demand === undefined) {
      this.end()
      return false
    }
    room.leave(this, this.#audience)
    this.#audience = room.enter(this, demand)
    return true
  }

  end(): void {
    this.#stop('ended')
    this.#parts.room.leave(this, this.#audience)
  }

  take(frame: SharedFrame, cursor: Cursor): void {
    if (this.#mode === 'live' && !isUpTo(cursor, this.#at)) this.#send(frame)
  }

  beginAnew(at: Cursor): void {
    if (!isUpTo(at, this.#at)) this.#resync()
  }

  #resync(): void {
    // One that waits will see by itself, at its start.
    if (this.#mode === 'waiting' || this.#mode === 'ended') return
    this.#stop('live')
    const place = this.#parts.room.place()
    // Who reads the log may be ahead of the room: what was sent is not sent again.
    if (!isUpTo(place, this.#at)) this.#at = place
    this.#send(resyncFrame(this.channel))
  }

  lose(): void {
    this.#isLost = true
    if (this.#mode === 'waiting' || this.#mode === 'ended') return
    this.end()
    this.#parts.onLost()
  }

  #send(frame: SharedFrame): void {
    this.#parts.sink.send(frame.bytes(this.id))
  }

  /** @returns the turn of what begins now */
  #stop(next: 'reading' | 'live' | 'ended'): number {
    this.#mode = next
    return ++this.#turn
  }

  /** Reads the log up to where the room stands, at the pace of the reader; then goes live in the same moment. */
  async #readLog(first?: ChangeBatch): Promise<void> {
    const turn = this.#stop('reading')
    const { room, feed, report } = this.#parts
    let read = first
    try {
      while (isBehind(this.#at, room.place())) {
        const page = read ?? (await feed.read(this.#at, PAGE_SIZE))
        read = undefined
        if (this.#turn !== turn) return
        if (!isNext(page, this.#at)) {
          this.#resync()
          return
        }
        if (!(await this.#sendPage(page, turn))) return
      }
      this.#mode = 'live'
    } catch (error) {
      report(error)
      if (this.#turn === turn) this.#resync()
    }
  }

  /** @returns whether it is still this turn */
  async #sendPage({ epoch, changes: read }: ChangeBatch, turn: number): Promise<boolean> {
    const { room, sink } = this.#parts
    // What this process has not been told of yet may take rights away: it comes live, behind that.
    const { position } = room.place()
    const changes = read.filter((change) => change.position <= position)
    // What the whole page needs is asked for at once.
    await this.#judge(room.judgement(epoch), changes)
    for (const change of changes) {
      await sink.ready()
      const [verdict] = await this.#judge(room.judgement(epoch), [change])
      if (this.#turn !== turn) return false
      this.#at = Object.freeze({ epoch, position: change.position })
      if (verdict === 'resync') this.#resync()
      else if (verdict === 'lost') this.lose()
      else if (verdict !== undefined) this.#send(verdict.frame)
      if (this.#turn !== turn) return false
    }
    return true
  }

  /** Under the rights of the moment at which all that is needed is there. */
  async #judge(judgement: Judgement, changes: readonly Change[]): Promise<readonly Verdict[]> {
    for (;;) {
      const audience = this.#audience
      const verdicts = changes.map((change) => judgement.judge(change, audience))
      if (!judgement.isMissing()) return verdicts
      await judgement.load()
    }
  }
}

function isUpTo(one: Cursor, other: Cursor): boolean {
  return one.epoch === other.epoch && one.position <= other.position
}

function isBehind(one: Cursor, other: Cursor): boolean {
  return one.epoch === other.epoch && one.position < other.position
}

/** Whether a page of the log goes on right after a place. */
export function isNext(page: ChangeBatch | undefined, at: Cursor): page is ChangeBatch {
  return page?.epoch === at.epoch && page.changes[0]?.position === at.position + 1
}
