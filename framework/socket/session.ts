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
import { createSendQueue } from './send-queue.ts'
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
  /** Asks it at once when what was revoked concerns the caller. */
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
  const { limits, clock } = options
  const takeToken = createTokenBucket({
    perSecond: limits.framesPerSecond,
    burst: limits.frameBurst,
    now: clock.now,
  })
  const served = createServed(socket, { ...options, ...opened, close })
  const { promise: closed, resolve: settle } = Promise.withResolvers<undefined>()
  let isAlive = true

  function isOpen(): boolean {
    return socket.readyState === socket.OPEN
  }

  function end(): void {
    served.subscriptions.endAll()
    served.presence.endAll()
    served.caller.close()
    served.queue.close()
  }

  function close(code: number): void {
    end()
    socket.close(code)
  }

  /** Counts frames and pings alike. */
  function isTooFast(): boolean {
    if (takeToken()) return false
    if (isOpen()) close(CLOSE_CODES.tooFast)
    return true
  }

  const take = inOrder(socket, (raw, isBinary) => answer(served, raw, isBinary))
  socket.on('message', (raw: Buffer, isBinary) => {
    isAlive = true
    if (isOpen() && !isTooFast()) take(raw, isBinary)
  })
  socket.on('ping', isTooFast)
  socket.on('pong', () => (isAlive = true))
  socket.on('close', () => {
    end()
    settle(undefined)
  })

  return Object.freeze<Session>({
    beat() {
      if (!isAlive) {
        socket.terminate()
        return
      }
      isAlive = false
      if (isOpen()) socket.ping()
    },
    recheck: served.caller.recheck,
    hear: served.caller.hear,
    close,
    async finish(code) {
      await served.calls.end()
      close(code)
    },
    closed,
  })
}

type Close = (code: number) => void

/** What a socket begins with. */
function createServed(
  socket: WebSocket,
  options: SessionOptions & Opened & { readonly close: Close },
): Served {
  const { hub, report, limits, call, client, close } = options
  const queue = createSendQueue(createFrameStream(socket, options.stream, options.turn), {
    toFrame: options.toFrame,
    queueBytes: limits.queueBytes,
    onFull: () => close(CLOSE_CODES.slow),
  })
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
  const presence = createSessionPresence(options.presence, { queue, caller: caller.current })
  const subscriptions = createSessionSubscriptions(limits.subscriptions, () => presence.size)
  const calls = createSessionCalls({ limit: limits.calls, call, caller, client, queue, onFailure })
  return { socket, hub, queue, subscriptions, presence, calls, caller, limits, report }
}

type Take<T> = (message: Buffer, isBinary: boolean) => T

/** Takes messages one after another; the socket is not read from while too many wait. */
function inOrder(socket: WebSocket, takeOne: Take<Promise<void>>): Take<void> {
  let waiting = 0
  let last = Promise.resolve()
  return (message, isBinary) => {
    waiting += 1
    if (waiting === MAX_WAITING) socket.pause()
    last = last.then(async () => {
      await takeOne(message, isBinary)
      waiting -= 1
      if (waiting === 0 && socket.isPaused) socket.resume()
    })
  }
}
