/** One socket: takes its frames one after another, answers each once, and ends what it began. */
import type { Duplex } from 'node:stream'
import type { WebSocket } from '@fastify/websocket'
import type { Hub } from '../event/hub.ts'
import type { Clock } from '../event/clock.ts'
import type { Presence } from '../event/presence.ts'
import type { RequestClient } from '../security/request-client.ts'
import type { CallOperation } from '../action/call.ts'
import type { CallFrame } from './client-frame.ts'
import { createFrameStream } from './frame-stream.ts'
import { createSendQueue, type SendQueue } from './send-queue.ts'
import { answer, type Served } from './serve-frame.ts'
import { serverFrame } from './server-frame.ts'
import {
  createSessionCaller,
  type Identity,
  type RevokedNames,
  type TokenVerifier,
} from './session-caller.ts'
import { createSessionCalls } from './session-calls.ts'
import { createSessionPresence } from './session-presence.ts'
import { createSessionSubscriptions } from './session-subscriptions.ts'
import { CLOSE_CODES, type SocketLimits } from './socket-limits.ts'
import type { Tally } from './tally.ts'
import { createTokenBucket } from './token-bucket.ts'
import type { WriteTurn } from './write-turn.ts'

/** What all sessions of a server share. */
export interface SessionOptions {
  readonly hub: Hub
  readonly presence: Presence
  readonly verifier: TokenVerifier
  readonly limits: SocketLimits
  readonly clock: Clock
  /** Sockets of each logged-in caller. */
  readonly users: Tally
  /** Answers calls. */
  readonly call: CallOperation
  /** The channels that a call of an operation subscribes to. */
  readonly channelsOf: (operation: string) => readonly string[]
  /** Lets the sessions hear of what was revoked and not told yet. */
  readonly tellRevoked: () => void
  /** Makes the frame of a payload. */
  readonly toFrame: (payload: Buffer) => Buffer
  readonly turn: WriteTurn
  /** Told of defects, and of what is away. */
  readonly report: (error: unknown) => void
  /** Told of each call that fails. */
  readonly onFailedCall: (failed: FailedCall) => void
}

/** A call that was answered with an error. */
export interface FailedCall {
  readonly error: unknown
  readonly action: string
  /** Undefined for an anonymous caller. */
  readonly subject: string | undefined
}

/** An open socket. */
export interface Session {
  /** Sends a ping; cuts the socket when it has not answered the last one. */
  beat(): void
  /** Asks whether the caller's token is still good. */
  recheck(): void
  /** Ends at once when what was revoked concerns the caller. */
  hear(revoked: RevokedNames): void
  /** Begins the closing handshake; what waits to be sent is dropped. */
  close(code: number): void
  /** Lets the calls in flight be answered, and takes no more; then closes. */
  finish(code: number): Promise<void>
  /** Resolves when the socket is gone. */
  readonly closed: Promise<undefined>
}

/** Frames of one socket that may wait for the one before; then it is not read from. */
const MAX_WAITING = 8

/** Who opened a socket, and what is under it. */
export interface Opened {
  readonly identity: Identity
  readonly client: RequestClient
  readonly stream: Duplex
}

/** Takes over a socket that has just been opened. Its handlers are attached when this returns. */
export function openSession(socket: WebSocket, options: SessionOptions, opened: Opened): Session {
  const takeToken = frameBucket(options)
  const inTurn = turnsOf(socket)
  const parts = { ...options, ...opened, close, isTaking, mayTell, onRevoked, inTurn }
  const served = createServed(socket, parts)
  const { promise: closed, resolve: settle } = Promise.withResolvers<undefined>()
  const pulse = createPulse(socket)
  let isRevoked = false
  const isOpen = (): boolean => socket.readyState === socket.OPEN

  function isTaking(): boolean {
    return isOpen() && !isRevoked
  }

  function mayTell(): boolean {
    options.tellRevoked()
    return !isRevoked
  }

  function endNews(): void {
    served.subscriptions.endAll()
    served.presence.endAll()
  }

  function end(): void {
    endNews()
    served.caller.close()
    served.queue.close()
  }

  function close(code: number): void {
    end()
    socket.close(code)
  }

  async function finish(code: number): Promise<void> {
    await served.calls.end()
    close(code)
  }

  /** Nothing is told or taken any more. Calls in flight are answered: whoever logs out by one is told that it is done. */
  function onRevoked(): void {
    if (isRevoked) return
    isRevoked = true
    endNews()
    const answered = Promise.race([served.calls.end(), closed])
    void atMost(options, answered).then(() => close(CLOSE_CODES.unauthenticated))
  }

  /** Counts frames and pings alike. */
  function isTooFast(): boolean {
    if (takeToken()) return false
    if (isOpen()) close(CLOSE_CODES.tooFast)
    return true
  }

  socket.on('message', (raw: Buffer, isBinary) => {
    pulse.feel()
    if (isOpen() && !isTooFast()) inTurn(() => answer(served, raw, isBinary))
  })
  socket.on('ping', isTooFast)
  socket.on('pong', pulse.feel)
  socket.on('close', () => {
    end()
    settle(undefined)
  })

  return Object.freeze<Session>({
    beat: pulse.beat,
    recheck: served.caller.recheck,
    hear: served.caller.hear,
    close,
    finish,
    closed,
  })
}

function frameBucket({ limits, clock }: SessionOptions): () => boolean {
  return createTokenBucket({
    perSecond: limits.framesPerSecond,
    burst: limits.frameBurst,
    now: clock.now,
  })
}

/** Tells whether somebody is still there. */
function createPulse(socket: WebSocket) {
  let isAlive = true
  return {
    /** Something came. */
    feel: () => void (isAlive = true),
    beat() {
      if (!isAlive) {
        socket.terminate()
        return
      }
      isAlive = false
      if (socket.readyState === socket.OPEN) socket.ping()
    },
  }
}

/** Waits for work as long as a shutdown does. */
async function atMost(
  { clock, limits }: Pick<SessionOptions, 'clock' | 'limits'>,
  work: Promise<unknown>,
): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const stop = clock.after(limits.finishSeconds * 1000, () => resolve(undefined))
  await Promise.race([work, late])
  stop()
}

/** What the parts of a socket ask of it. */
interface Ways extends Pick<Served, 'inTurn'> {
  readonly close: (code: number) => void
  /** Whether frames of the client are taken. */
  readonly isTaking: () => boolean
  /** Whether the caller may still be told of what happens. */
  readonly mayTell: () => boolean
  /** The caller's token was revoked. */
  readonly onRevoked: () => void
}

/** What a socket begins with. */
function createServed(socket: WebSocket, options: SessionOptions & Opened & Ways): Served {
  const { limits, call, client, close } = options
  const queue = createSendQueue(createFrameStream(socket, options.stream, options.turn), {
    toFrame: options.toFrame,
    queueBytes: limits.queueBytes,
    onFull: () => close(CLOSE_CODES.slow),
  })
  const news = whileAllowed(queue, options.mayTell)
  const caller = createSessionCaller(
    {
      ...options,
      onExpiring: (seconds) =>
        queue.send(serverFrame('Expiring', undefined, { payload: { expires_in: seconds } })),
      onEnd: () => close(CLOSE_CODES.unauthenticated),
    },
    options.identity,
  )
  const onFailure = (error: unknown, { payload: { action } }: CallFrame): void => {
    options.onFailedCall({ error, action, subject: caller.current().subject })
  }
  const presence = createSessionPresence(options.presence, { queue: news, caller: caller.current })
  const subscriptions = createSessionSubscriptions(limits.subscriptions, () => presence.size)
  const calls = createSessionCalls({ limit: limits.calls, call, caller, client, queue, onFailure })
  return { ...options, queue, news, subscriptions, presence, calls, caller }
}

/** A queue that takes nothing once the caller may not be told of anything any more. */
function whileAllowed(queue: SendQueue, mayTell: () => boolean): SendQueue {
  return Object.freeze<SendQueue>({
    ...queue,
    send(payload) {
      if (mayTell()) queue.send(payload)
    },
    sendDroppable(payload, key) {
      if (mayTell()) queue.sendDroppable(payload, key)
    },
  })
}

/** Works one after another, which never throw; the socket is not read from while too many wait. */
function turnsOf(socket: WebSocket): Served['inTurn'] {
  let waiting = 0
  let last = Promise.resolve()
  return (work) => {
    waiting += 1
    if (waiting === MAX_WAITING) socket.pause()
    last = last.then(async () => {
      await work()
      waiting -= 1
      if (waiting === 0 && socket.isPaused) socket.resume()
    })
  }
}
