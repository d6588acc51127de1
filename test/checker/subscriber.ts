/** A client that keeps the rules of the socket: it resumes with its cursor, wherever it comes out, and reads anew when it is told to. */
import { WebSocket } from 'ws'
import type { Random } from '../kit/random.ts'
import { positionOf, type Listener, type Note, type Told } from './history.ts'
import { milliseconds } from './milliseconds.ts'
import type { World } from './world.ts'

/** A subscriber at work. */
export interface Subscriber extends Listener {
  /** Cuts the connection, if there is one. */
  cut(): void
  /** Does not read for so long. */
  pause(ms: number): void
  /** Whether it knows everything up to a position. */
  hasReached(position: number): boolean
  /** No more chances are taken: it is not cut by itself, and its tokens last. */
  calm(): void
  /** Ends it. */
  end(): Promise<void>
}

/** Who subscribes to what. */
export interface SubscriberOptions extends Pick<Listener, 'name' | 'person' | 'minLevel'> {
  readonly random: Random
}

const PING_MS = 100
const REQUEST_MS = 5_000

type Frame = Readonly<Record<string, unknown>>

/** Begins to subscribe, again and again until it is ended. */
export function startSubscriber(world: World, options: SubscriberOptions): Subscriber {
  return new ResumingSubscriber(world, options)
}

class ResumingSubscriber implements Subscriber {
  readonly name: string
  readonly person: string
  readonly minLevel: number
  readonly told: Told[] = []
  readonly #world: World
  readonly #random: Random
  readonly #done: Promise<void>
  #socket: WebSocket | undefined
  #cursor: string | undefined
  /** Up to here it knows everything, unless a snapshot is needed. */
  #position = 0
  /** Counts the times that a snapshot was needed, and which of them has been answered. */
  #needed = 0
  #answered = 0
  /** Whether this connection has its subscription. */
  #isSubscribed = false
  #isCalm = false
  #isOver = false

  constructor(world: World, { name, person, minLevel, random }: SubscriberOptions) {
    this.name = name
    this.person = person
    this.minLevel = minLevel
    this.#world = world
    this.#random = random
    this.#done = this.#run()
  }

  cut(): void {
    this.#socket?.terminate()
  }

  pause(ms: number): void {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return
    socket.pause()
    setTimeout(() => socket.resume(), ms)
  }

  hasReached(position: number): boolean {
    return this.#needed === this.#answered && this.#position >= position
  }

  calm(): void {
    this.#isCalm = true
  }

  async end(): Promise<void> {
    this.#isOver = true
    this.cut()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      // Who has not read anew begins again.
      if (this.#needed !== this.#answered) this.#cursor = undefined
      await this.#connect().catch(() => undefined)
      await milliseconds(this.#random.below(50))
    }
  }

  /** Resolves when the connection has ended. */
  async #connect(): Promise<void> {
    const lifetime = !this.#isCalm && this.#random.percent(20) ? 2 : 900
    const token = await this.#world.tokenFor(this.person, lifetime)
    const headers = { authorization: `Bearer ${token}` }
    const url = `${this.#world.url.replace('http', 'ws')}/subscription`
    const socket = new WebSocket(url, { headers, handshakeTimeout: REQUEST_MS })
    const lastFrame =
      !this.#isCalm && this.#random.percent(40) ? 1 + this.#random.below(60) : Infinity
    const since = this.#cursor
    let frames = 0
    const pings = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"Ping"}')
    }, PING_MS)
    this.#socket = socket
    this.#isSubscribed = false
    socket.on('error', () => undefined) // 'close' follows
    socket.on('open', () => socket.send(JSON.stringify(this.#request())))
    socket.on('message', (bytes: Buffer) => {
      if (socket.readyState !== WebSocket.OPEN) return
      this.#take(JSON.parse(bytes.toString()) as Frame, socket, since)
      frames += 1
      if (frames >= lastFrame) socket.terminate()
    })
    await new Promise((resolve) => socket.on('close', resolve))
    clearInterval(pings)
    this.#socket = undefined
  }

  #request(): Frame {
    const filter = this.minLevel > 0 ? { filter: { level: { gte: this.minLevel } } } : {}
    const since = this.#cursor === undefined ? {} : { since: this.#cursor }
    return { type: 'Subscribe', payload: { channel: 'note', ...filter, ...since } }
  }

  #take(frame: Frame, socket: WebSocket, since: string | undefined): void {
    const payload = frame['payload'] as Frame | undefined
    switch (frame['type']) {
      case 'Subscribed': {
        const cursor = String(payload?.['cursor'])
        const recovered = payload?.['recovered'] === true
        const began = since === undefined ? undefined : positionOf(since)
        this.told.push({ kind: 'subscribed', since: began, cursor: positionOf(cursor), recovered })
        this.#cursor = cursor
        this.#isSubscribed = true
        if (began === undefined || !recovered) {
          this.#position = positionOf(cursor)
          this.#readAnew(socket)
        }
        return
      }
      case 'Event':
        this.told.push({
          kind: 'event',
          at: performance.now(),
          position: positionOf(frame['cursor']),
          op: String(frame['op']),
          key: String(frame['key']),
          note: payload as Note | undefined,
        })
        this.#reach(String(frame['cursor']))
        return
      case 'Pong': {
        const cursor = String(payload?.['cursor'])
        // Before the subscription it tells of none.
        if (!this.#isSubscribed) return
        this.told.push({ kind: 'pong', at: performance.now(), position: positionOf(cursor) })
        this.#reach(cursor)
        return
      }
      case 'Resync':
        this.told.push({ kind: 'resync' })
        this.#readAnew(socket)
        return
      case 'Unsubscribed':
        this.told.push({ kind: 'resync' })
        this.#needed += 1
        socket.terminate()
        return
      case 'Error':
        socket.terminate()
        return
    }
  }

  #reach(cursor: string): void {
    const position = positionOf(cursor)
    if (position <= this.#position) return
    ;[this.#position, this.#cursor] = [position, cursor]
  }

  #readAnew(socket: WebSocket): void {
    this.#needed += 1
    void this.#readSnapshot(socket, this.#needed)
  }

  #isWaiting(socket: WebSocket, need: number): boolean {
    return socket.readyState === WebSocket.OPEN && this.#needed === need
  }

  /** Until it is there, or no longer of use. */
  async #readSnapshot(socket: WebSocket, need: number): Promise<void> {
    while (this.#isWaiting(socket, need)) {
      const snapshot = await this.#fetchSnapshot().catch(() => undefined)
      // It may have been cut, or told to read anew once more, while it read.
      if (snapshot !== undefined && this.#isWaiting(socket, need)) {
        this.#answered = need
        this.told.push({
          kind: 'snapshot',
          position: positionOf(snapshot.cursor),
          notes: snapshot.notes,
        })
        this.#reach(snapshot.cursor)
        return
      }
      await milliseconds(20)
    }
  }

  async #fetchSnapshot(): Promise<{ readonly cursor: string; readonly notes: readonly Note[] }> {
    const token = await this.#world.tokenFor(this.person)
    const notes: Note[] = []
    let cursor: string | undefined
    let pageKey: string | null = null
    do {
      const url = new URL('/actions/note-search?cursor=true&limit=100', this.#world.url)
      if (this.minLevel > 0) url.searchParams.set('level__gte', String(this.minLevel))
      if (pageKey !== null) url.searchParams.set('page_key', pageKey)
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(REQUEST_MS),
      })
      const page = (await response.json()) as SnapshotPage
      notes.push(...page.results.map(({ item }) => item))
      // What the later pages have more comes by events too.
      cursor ??= page.cursor
      pageKey = page.next_page_key
    } while (pageKey !== null)
    return { cursor, notes }
  }
}

interface SnapshotPage {
  readonly results: readonly { readonly item: Note }[]
  readonly next_page_key: string | null
  readonly cursor: string
}
