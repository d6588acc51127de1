/** A client that keeps the rules of the socket: it resumes with its cursor, wherever it comes out, and reads anew when it is told to. */
import { WebSocket } from 'ws'
import { createGathering } from '../kit/gathering.ts'
import type { Random } from '../kit/random.ts'
import { positionOf, type Listener, type Note, type Told } from './history.ts'
import { milliseconds } from './milliseconds.ts'
import { readSnapshot } from './snapshot.ts'
import type { World } from './world.ts'

/** A subscriber at work. */
export interface Subscriber extends Listener {
  /** In which it is logged in. */
  readonly session: string | undefined
  /** Cuts the connection, if there is one. */
  cut(): void
  /** Does not read for so long. */
  pause(ms: number): void
  /** Brings a fresh token on the connection that it has. */
  refresh(): Promise<void>
  /** Resolves when it knows everything up to a position. */
  reached(position: number): Promise<unknown>
  /** Resolves when it was told what it waits for. */
  until(isEnough: (told: readonly Told[]) => boolean): Promise<readonly Told[]>
  /** No more chances are taken: it is not cut by itself, and its tokens last. */
  calm(): void
  /** Ends it. */
  end(): Promise<void>
}

/** Who subscribes to what. */
export interface SubscriberOptions extends Pick<Listener, 'name' | 'person' | 'minLevel'> {
  readonly random: Random
  /** Logs a person in. @returns the session; undefined when that is not known to be done */
  readonly logIn: (person: string) => Promise<string | undefined>
}

const PING_MS = 100
const HANDSHAKE_MS = 5_000
const SHORT_LIFE_SECONDS = 2
const LONG_LIFE_SECONDS = 900
const LONGEST_PAUSE_MS = 50
/** The status of a refused connection, and the code of a close. */
const NO_GOOD_TOKEN: readonly number[] = [401, 4401]

type Frame = Readonly<Record<string, unknown>>

/** A token, and up to when it is good at least, in the time of this process. */
interface Token {
  readonly text: string
  readonly goodUntil: number
}

/** Begins to subscribe, again and again until it is ended. */
export function startSubscriber(world: World, options: SubscriberOptions): Subscriber {
  return new ResumingSubscriber(world, options)
}

class ResumingSubscriber implements Subscriber {
  readonly name: string
  readonly person: string
  readonly minLevel: number
  readonly #told = createGathering<Told>()
  readonly #world: World
  readonly #random: Random
  readonly #logIn: SubscriberOptions['logIn']
  readonly #done: Promise<void>
  #session: string | undefined
  #socket: WebSocket | undefined
  /** Tokens that were brought on this connection and not answered. */
  #brought: Token[] = []
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

  constructor(world: World, { name, person, minLevel, random, logIn }: SubscriberOptions) {
    this.name = name
    this.person = person
    this.minLevel = minLevel
    this.#world = world
    this.#random = random
    this.#logIn = logIn
    this.#done = this.#run()
  }

  get told(): readonly Told[] {
    return this.#told.all
  }

  get session(): string | undefined {
    return this.#session
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

  async refresh(): Promise<void> {
    const [socket, session] = [this.#socket, this.#session]
    if (socket === undefined || session === undefined) return
    const token = await this.#newToken(session)
    if (socket.readyState !== WebSocket.OPEN || socket !== this.#socket) return
    this.#brought.push(token)
    socket.send(JSON.stringify({ type: 'Authenticate', payload: { token: token.text } }))
  }

  reached(position: number): Promise<unknown> {
    return this.until(() => this.#needed === this.#answered && this.#position >= position)
  }

  until(isEnough: (told: readonly Told[]) => boolean): Promise<readonly Told[]> {
    return this.#told.until(isEnough)
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
      this.#session ??= await this.#logIn(this.person)
      if (this.#session !== undefined) await this.#connect(this.#session)
      // As clients do, so that they do not all come back at once.
      await milliseconds(this.#random.below(LONGEST_PAUSE_MS))
    }
  }

  async #newToken(session: string): Promise<Token> {
    const isShort = !this.#isCalm && this.#random.percent(20)
    const seconds = isShort ? SHORT_LIFE_SECONDS : LONG_LIFE_SECONDS
    const now = Date.now()
    // The end of a token is a whole second.
    const goodForMs = (Math.floor(now / 1000) + seconds) * 1000 - now
    const goodUntil = performance.now() + goodForMs
    return { text: await this.#world.tokenFor(this.person, { session, seconds }), goodUntil }
  }

  /** Resolves when the connection has ended. */
  async #connect(session: string): Promise<void> {
    const { text, goodUntil } = await this.#newToken(session)
    const headers = { authorization: `Bearer ${text}` }
    const url = `${this.#world.url.replace('http', 'ws')}/subscription`
    const socket = new WebSocket(url, { headers, handshakeTimeout: HANDSHAKE_MS })
    const lastFrame =
      !this.#isCalm && this.#random.percent(40) ? 1 + this.#random.below(60) : Infinity
    const since = this.#cursor
    let frames = 0
    // How a client learns that its connection lives, and where the log is when it is told nothing.
    const pings = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"Ping"}')
    }, PING_MS)
    this.#socket = socket
    this.#isSubscribed = false
    this.#brought = []
    this.#told.add({ kind: 'connecting', session, goodUntil })
    let refusal: number | undefined
    socket.on('error', () => undefined) // 'close' follows
    socket.on('unexpected-response', (request, { statusCode }) => {
      refusal = statusCode
      request.destroy()
      socket.terminate()
    })
    socket.on('open', () => socket.send(JSON.stringify(this.#request())))
    socket.on('message', (bytes: Buffer) => {
      if (socket.readyState !== WebSocket.OPEN) return
      this.#take(JSON.parse(bytes.toString()) as Frame, socket, since)
      frames += 1
      if (frames >= lastFrame) socket.terminate()
    })
    const code = await new Promise<number>((resolve) => socket.on('close', resolve))
    clearInterval(pings)
    this.#socket = undefined
    this.#ended(refusal ?? code)
  }

  #ended(code: number): void {
    // Whoever ends it closes it too.
    if (this.#isOver) return
    const isPutOut = NO_GOOD_TOKEN.includes(code)
    this.#told.add({ kind: 'closed', at: performance.now(), isPutOut })
    if (isPutOut) this.#session = undefined
  }

  #request(): Frame {
    const filter = this.minLevel > 0 ? { filter: { level: { gte: this.minLevel } } } : {}
    const since = this.#cursor === undefined ? {} : { since: this.#cursor }
    return { type: 'Subscribe', payload: { channel: 'note', ...filter, ...since } }
  }

  #take(frame: Frame, socket: WebSocket, since: string | undefined): void {
    const payload = frame['payload'] as Frame | undefined
    switch (frame['type']) {
      case 'Subscribed':
        this.#takeSubscribed(payload, socket, since)
        return
      case 'Event':
        this.#reach(String(frame['cursor']))
        this.#told.add({
          kind: 'event',
          at: performance.now(),
          position: positionOf(frame['cursor']),
          op: String(frame['op']),
          key: String(frame['key']),
          note: payload as Note | undefined,
        })
        return
      case 'Pong': {
        const cursor = String(payload?.['cursor'])
        // Before the subscription it tells of none.
        if (!this.#isSubscribed) return
        this.#reach(cursor)
        this.#told.add({ kind: 'pong', at: performance.now(), position: positionOf(cursor) })
        return
      }
      case 'Resync':
        this.#told.add({ kind: 'resync' })
        this.#readAnew(socket)
        return
      case 'Expiring':
        // Some do nothing, and are put out in the end.
        if (this.#isCalm || this.#random.percent(70)) void this.refresh()
        return
      case 'Authenticated': {
        const { goodUntil = 0 } = this.#brought.shift() ?? {}
        this.#told.add({ kind: 'authenticated', goodUntil })
        return
      }
      case 'Unsubscribed':
        this.#told.add({ kind: 'resync' })
        this.#needed += 1
        socket.terminate()
        return
      case 'Error':
        socket.terminate()
        return
    }
  }

  #takeSubscribed(payload: Frame | undefined, socket: WebSocket, since: string | undefined): void {
    const cursor = String(payload?.['cursor'])
    const recovered = payload?.['recovered'] === true
    const began = since === undefined ? undefined : positionOf(since)
    this.#told.add({ kind: 'subscribed', since: began, cursor: positionOf(cursor), recovered })
    this.#cursor = cursor
    this.#isSubscribed = true
    if (began !== undefined && recovered) return
    this.#position = positionOf(cursor)
    this.#readAnew(socket)
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
        const { cursor, notes } = snapshot
        this.#answered = need
        this.#reach(cursor)
        this.#told.add({ kind: 'snapshot', position: positionOf(cursor), notes })
        return
      }
      // As clients do when a request has failed.
      await milliseconds(this.#random.below(LONGEST_PAUSE_MS))
    }
  }

  async #fetchSnapshot() {
    const { url } = this.#world
    const session = this.#session ?? ''
    const token = await this.#world.tokenFor(this.person, { session, seconds: LONG_LIFE_SECONDS })
    return readSnapshot({ url, token, minLevel: this.minLevel })
  }
}
