/** The one socket of a client: open while somebody needs it, and opened again when it breaks. */
import type { ClientFrame, ServerFrame } from './frame.ts'
import { openLine, type Line, type LineOptions } from './line.ts'
import { isPassing, ProblemError, refusal } from './problem-error.ts'
import { retryMs } from './timing.ts'

/** Somebody who needs the socket: a subscription or a call. */
export interface Member {
  /** The socket is open, for the first time or again. `isOther`: for another caller than before. */
  onReady(isOther: boolean): void
  /** A frame with the member's id, or one for all. */
  onFrame(frame: ServerFrame): void
  /** The socket broke; it will be opened again. */
  onBroken(): void
  /** The socket will not be opened again for those who need it now. Without an error: the app has closed the client. */
  onFailed(error: ProblemError | undefined): void
}

/** A member's part in the socket. */
export interface Membership {
  /** Sends a frame with the member's id; nothing while the socket is not open. */
  send(type: ClientFrame['type'], payload?: unknown): void
  /** Needs the socket no more; nothing is told any more. */
  leave(): void
}

/** The socket. */
export interface Connection {
  /** @param introduce makes the member, which may be told at once that the socket is open */
  join(introduce: (membership: Membership) => Member): void
  close(): void
}

/** Tells when the network comes and goes, and when somebody leaves a page and comes back; a browser's window does. */
export type NetworkEvents = Pick<EventTarget, 'addEventListener' | 'removeEventListener'>

/** What {@link createConnection} needs. */
export interface ConnectionOptions extends LineOptions {
  /** Undefined where nothing tells. */
  readonly network: NetworkEvents | undefined
}

/** How long it stays open when nobody needs it. */
const LINGER_MS = 3_000
/** A fresh token that is refused so soon is not refused for its age. */
const RENEW_AGAIN_MS = 60_000
/** A device that slept has timers that are late, and sockets that are long gone. */
const WAKING_EVENTS = ['online', 'offline', 'visibilitychange'] as const
const UNAUTHENTICATED = 4401
/** A frame of ours was too big (RFC 6455 §7.4.1): sent again, it would be again. */
const TOO_BIG = 1009
/** What is told of a client that is used after its end. */
export const CLOSED = 'The client is closed.'

/** Creates a connection that is not open yet. */
export function createConnection(options: ConnectionOptions): Connection {
  return new SocketConnection(options)
}

class SocketConnection implements Connection {
  readonly #options: ConnectionOptions
  readonly #members = new Map<number, Member>()
  #line: Line | undefined
  #isReady = false
  #isOpening = false
  #isOtherCaller = false
  #isClosed = false
  /** Sockets that broke since one was of use. */
  #failures = 0
  #renewedAtMs = -Infinity
  #nextId = 1
  /** Calls off the next opening, or the closing of a socket that nobody needs. */
  #cancel: (() => void) | undefined
  readonly #stopListening: () => void

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { session, network } = options
    const stop = session.onChange(() => this.#changeCaller())
    const wake = (): void => {
      if (this.#line === undefined) this.#open()
      else this.#line.probe()
    }
    for (const name of WAKING_EVENTS) network?.addEventListener(name, wake)
    this.#stopListening = () => {
      stop()
      for (const name of WAKING_EVENTS) network?.removeEventListener(name, wake)
    }
  }

  join(introduce: (membership: Membership) => Member): void {
    const id = this.#nextId++
    const member = introduce({
      send: (type, payload) => {
        if (!this.#isReady) return
        this.#line?.send({ type, id, payload })
      },
      leave: () => {
        if (this.#members.delete(id) && this.#members.size === 0) this.#linger()
      },
    })
    if (this.#isClosed) {
      member.onFailed(new ProblemError({ title: CLOSED }))
      return
    }
    this.#members.set(id, member)
    if (this.#line !== undefined) this.#callOff()
    else if (this.#cancel === undefined) this.#open()
    if (this.#isReady) member.onReady(false)
  }

  close(): void {
    this.#isClosed = true
    this.#stopListening()
    this.#fail(undefined)
  }

  #open(): void {
    if (this.#isClosed || this.#isOpening || this.#line !== undefined) return
    this.#callOff()
    if (this.#members.size > 0) void this.#connect()
  }

  async #connect(): Promise<void> {
    const { session } = this.#options
    this.#isOpening = true
    try {
      // Who has been logged out meanwhile connects as nobody.
      const token = await session.token().catch((error: unknown) => {
        if (isPassing(error)) throw error
        return undefined
      })
      if (this.#isClosed || this.#members.size === 0) return
      this.#line = openLine(
        this.#options,
        {
          onReady: () => this.#ready(),
          onFrame: (frame) => this.#take(frame),
          onEnd: (code) => this.#ended(code),
        },
        token,
      )
    } catch (error) {
      if (isPassing(error)) this.#retry(error)
      else this.#fail(new ProblemError({ title: 'No socket opens.' }, { cause: error }))
    } finally {
      this.#isOpening = false
    }
  }

  #ready(): void {
    this.#isReady = true
    const isOther = this.#isOtherCaller
    this.#isOtherCaller = false
    this.#tell((member) => member.onReady(isOther))
  }

  #take(frame: ServerFrame): void {
    this.#failures = 0
    if (frame.id !== undefined) this.#members.get(frame.id)?.onFrame(frame)
    // Of what has no id, only answers to signs of life are ours: calls may have begun subscriptions that no member has asked for.
    else if (frame.type === 'Pong') this.#tell((member) => member.onFrame(frame))
  }

  #ended(code: number): void {
    const token = this.#line?.token()
    this.#drop()
    if (this.#members.size === 0) this.#rest()
    else if (code === UNAUTHENTICATED && token !== undefined && this.#mayRenew()) {
      // What became of it is seen when the next is opened.
      const open = (): void => this.#open()
      this.#options.session.renew(token).then(open, open)
    } else if (isFinal(code)) this.#fail(closedWith(code))
    else this.#retry()
  }

  #mayRenew(): boolean {
    const nowMs = this.#options.timing.clock.now()
    const isLongAgo = nowMs - this.#renewedAtMs > RENEW_AGAIN_MS
    if (isLongAgo) this.#renewedAtMs = nowMs
    return isLongAgo
  }

  /** @param error why the last attempt failed, if that is known */
  #retry(error?: unknown): void {
    if (this.#isClosed) return
    const { timing } = this.#options
    this.#callOff()
    const waitMs = retryMs(this.#failures++, timing, error)
    this.#cancel = timing.clock.after(waitMs, () => this.#open())
  }

  #linger(): void {
    this.#callOff()
    if (this.#line === undefined) return
    this.#cancel = this.#options.timing.clock.after(LINGER_MS, () => this.#rest())
  }

  #changeCaller(): void {
    this.#isOtherCaller = true
    this.#rest()
    this.#open()
  }

  #fail(error: ProblemError | undefined): void {
    const left = [...this.#members.values()]
    this.#members.clear()
    this.#rest()
    for (const member of left) member.onFailed(error)
  }

  #rest(): void {
    this.#callOff()
    this.#line?.cut()
    this.#drop()
    this.#failures = 0
  }

  #callOff(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #drop(): void {
    this.#line = undefined
    if (!this.#isReady) return
    this.#isReady = false
    this.#tell((member) => member.onBroken())
  }

  #tell(what: (member: Member) => void): void {
    for (const member of [...this.#members.values()]) what(member)
  }
}

/** 44xx: the same again would end the same. 45xx, a restart or a broken network: it goes on elsewhere. */
function isFinal(code: number): boolean {
  return (code >= 4400 && code < 4500) || code === TOO_BIG
}

function closedWith(code: number): ProblemError {
  return refusal(code === TOO_BIG ? 413 : code - 4000, `Closed with ${code}`)
}
