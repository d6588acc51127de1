/** Serves sockets under `/subscription`: decides about each upgrade, keeps the sessions alive, and ends them with the server. */
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import websocket from '@fastify/websocket'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { InternalError, InvalidError, NotFoundError, TooManyRequestsError } from '../errors.ts'
import type { Hub } from '../event/hub.ts'
import type { Presence } from '../event/presence.ts'
import {
  errorCodeOf,
  retryAfterSecondsOf,
  toBlankProblem,
  toProblem,
  type Problem,
} from '../problem.ts'
import { addressGroupOf } from '../security/address-group.ts'
import { isAuthenticated } from '../security/authorization.ts'
import { toRequestClient } from '../security/request-client.ts'
import type { CallOperation } from '../action/call.ts'
import { repeat, SYSTEM_CLOCK, type Clock } from '../event/clock.ts'
import { createFramer } from './frame-stream.ts'
import { identify, pickProtocol } from './handshake.ts'
import type { OriginRules } from './origin.ts'
import { watchRevocations, type RevocationWatch } from './revocation-watch.ts'
import { SOCKETS_RETRY_SECONDS, type Identity, type TokenVerifier } from './session-caller.ts'
import { openSession, type FailedCall, type Session, type SessionOptions } from './session.ts'
import { closeSessions } from './shutdown.ts'
import { SOCKET_LIMITS, type SocketLimits } from './socket-limits.ts'
import { createTally } from './tally.ts'
import { createWriteTurn } from './write-turn.ts'

/** Where sockets are served. */
export const SOCKET_PATH = '/subscription'

/** What {@link registerSocket} needs. */
export interface SocketOptions extends OriginRules {
  readonly hub: Hub
  readonly presence: Presence
  readonly verifier: TokenVerifier
  /** Answers calls; default: there is nothing to call. */
  readonly call?: CallOperation
  /** The channels that a call of an operation subscribes to; default: none. */
  readonly channelsOf?: SessionOptions['channelsOf']
  /** Limits other than the usual ones. */
  readonly limits?: Partial<SocketLimits>
  /** Default: the machine's. */
  readonly clock?: Clock
}

/** An upgrade that hangs before it is a socket, in a hook or in a client that does not read, is cut after this. */
const UPGRADE_TIMEOUT_MS = 10_000

/**
 * Whether a request asks to become a WebSocket. For the `shouldUpgradeCallback` of the server (`http` in Fastify's options):
 * without it, an `Upgrade` to anything else (curl's `h2c`) is refused instead of ignored.
 */
export function isSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * Serves sockets. Has to be awaited, on the root instance, before other routes are added. No other listener for upgrades may be
 * on its server.
 */
export async function registerSocket(app: FastifyInstance, options: SocketOptions): Promise<void> {
  const { clock = SYSTEM_CLOCK, verifier } = options
  const limits: SocketLimits = Object.freeze({ ...SOCKET_LIMITS, ...options.limits })
  const addresses = createTally(limits.socketsPerAddress)
  const users = createTally(limits.socketsPerUser)
  const identities = new WeakMap<FastifyRequest, Identity>()
  const sessions = new Set<Session>()
  const report = (error: unknown): void => app.log.error({ err: error }, 'socket')
  const watch = watchSessions(sessions, { limits, clock, verifier })
  const shared = {
    ...NO_CALLS,
    ...options,
    limits,
    clock,
    users,
    report,
    onFailedCall: (failed: FailedCall): void => logFailure(app.log, failed),
    tellRevoked: watch.tell,
    toFrame: createFramer(),
    turn: createWriteTurn(),
  }

  function refuseCrowd(request: FastifyRequest): void {
    const caller = identities.get(request)?.caller
    const isCrowded =
      addresses.isFull(addressGroupOf(request.ip)) ||
      (caller !== undefined && isAuthenticated(caller) && users.isFull(caller.subject))
    if (isCrowded) {
      throw new TooManyRequestsError(SOCKETS_RETRY_SECONDS, 'You have too many sockets open.')
    }
  }

  await registerWebsockets(app, limits, {
    report,
    async end() {
      watch.end()
      await closeSessions(sessions, limits)
    },
  })
  const streamOf = watchUpgrades(app)
  app.addHook('onRequest', refuseUpgradeElsewhere)
  app.route({
    method: 'GET',
    url: SOCKET_PATH,
    exposeHeadRoute: false,
    errorHandler: refuse,
    async onRequest(request, reply) {
      if (!request.ws) return
      const { host, headers, raw } = request
      if (Number(headers['sec-websocket-version']) !== 13) {
        refuseWithoutUpgrade(reply)
        return
      }
      identities.set(request, await identify({ url: raw.url ?? '', host, headers }, options))
    },
    preHandler(request, _reply, done) {
      refuseCrowd(request)
      done()
    },
    handler: (_request, reply) => refuseWithoutUpgrade(reply),
    wsHandler(socket, request) {
      const [identity, stream] = [identities.get(request), streamOf(request.raw)]
      if (identity === undefined || stream === undefined) {
        throw new InternalError('A socket was opened unidentified.')
      }
      const client = toRequestClient(request)
      const session = openSession(socket, shared, { identity, client, stream })
      const release = addresses.add(addressGroupOf(request.ip))
      sessions.add(session)
      // What was revoked since the upgrade began was told to nobody here.
      session.recheck()
      void session.closed.then(() => {
        release()
        sessions.delete(session)
      })
    },
  })
}

/** Keeps asking who is still there, and whose token is still good. */
function watchSessions(
  sessions: Iterable<Session>,
  { limits, clock, verifier }: Pick<SessionOptions, 'limits' | 'clock' | 'verifier'>,
): RevocationWatch {
  const { tell, end } = watchRevocations(verifier, sessions)
  const stops = [
    repeat(clock, limits.pingSeconds * 1000, () => {
      for (const session of sessions) session.beat()
    }),
    // The net under what is heard at once: of what a verifier does not tell, and what was missed.
    repeat(clock, limits.recheckSeconds * 1000, () => {
      for (const session of sessions) session.recheck()
    }),
  ]
  return {
    tell,
    end() {
      for (const stop of stops) stop()
      end()
    },
  }
}

const NO_CALLS: Pick<SessionOptions, 'call' | 'channelsOf'> = Object.freeze({
  call: () => Promise.reject(new NotFoundError('There is no such action.')),
  channelsOf: () => [],
})

/** As HTTP logs what fails: defects with their cause, refusals without. */
function logFailure(log: FastifyBaseLogger, { error, action, subject }: FailedCall): void {
  const { status } = toProblem(error)
  const facts = { action, status, ...(subject === undefined ? {} : { user: subject }) }
  if (status === 500) log.error({ ...facts, err: error }, 'call')
  else if (status === 503) log.warn({ ...facts, err: error }, 'unavailable')
  else if (SECURITY_STATUSES.has(status))
    log.warn({ ...facts, code: errorCodeOf(error) }, 'refused')
  else log.info({ ...facts, code: errorCodeOf(error) }, 'refused')
}

/** Refusals that tell of somebody trying. */
const SECURITY_STATUSES: ReadonlySet<number> = new Set([401, 403, 429])

/** Lets ws take over upgrades. At the end of the server nobody else is let in. */
async function registerWebsockets(
  app: FastifyInstance,
  limits: SocketLimits,
  { report, end }: { readonly report: (error: unknown) => void; readonly end: () => Promise<void> },
): Promise<void> {
  await app.register(websocket, {
    options: wsOptions(limits),
    errorHandler(error, socket) {
      // What a client did wrong is being closed by ws, with the code that says so.
      if (socket.readyState !== socket.OPEN) return
      report(error)
      socket.terminate()
    },
    async preClose() {
      app.server.removeAllListeners('upgrade')
      app.server.on('upgrade', (_request, socket) => socket.destroy())
      app.websocketServer.close()
      await end()
    },
  })
}

/** @returns tells the stream of a request that was upgraded */
function watchUpgrades(app: FastifyInstance): (request: IncomingMessage) => Duplex | undefined {
  const streams = new WeakMap<IncomingMessage, Duplex>()
  app.server.prependListener('upgrade', (request, stream) => {
    cutWhenIdle(stream)
    streams.set(request, stream)
  })
  return (request) => streams.get(request)
}

/** Made apart from its use, because the types of ws don't know all of its options. */
function wsOptions(limits: SocketLimits) {
  return {
    maxPayload: limits.frameBytes,
    maxFragments: 64,
    maxBufferedChunks: 1_024,
    maxPendingAutoPongs: 8,
    // Compressed frames cost memory per socket, and can't be shared.
    perMessageDeflate: false,
    closeTimeout: limits.closeSeconds * 1000,
    handleProtocols: pickProtocol,
  }
}

function cutWhenIdle(socket: Duplex): void {
  // ws takes the timeout off when it takes over.
  if (socket instanceof Socket) socket.setTimeout(UPGRADE_TIMEOUT_MS, () => socket.destroy())
}

/** Another route would answer, and leave the connection to nobody. */
function refuseUpgradeElsewhere(
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  if (!request.ws || request.routeOptions.url === SOCKET_PATH) {
    done()
    return
  }
  const detail = `can be upgraded at ${SOCKET_PATH} alone`
  send(reply, toProblem(new InvalidError([{ pointer: '', detail }])))
}

function refuseWithoutUpgrade(reply: FastifyReply): FastifyReply {
  reply.headers({ upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-version': '13' })
  return send(reply, toBlankProblem(426, 'Upgrade Required', SOCKET_PATH))
}

function refuse(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, SOCKET_PATH)
  const { status } = problem
  if (status === 500) request.log.error({ err: error }, 'socket')
  else if (status === 503) request.log.warn({ status, err: error }, 'unavailable')
  else request.log.warn({ status, code: errorCodeOf(error) }, 'refused')
  const retryAfterSeconds = retryAfterSecondsOf(error)
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  send(reply, problem)
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  // As bytes, because Fastify gives texts a charset, which JSON has none of (RFC 8259 §11).
  const bytes = Buffer.from(JSON.stringify(problem))
  reply.headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  return reply.code(problem.status).send(bytes)
}
