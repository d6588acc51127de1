/** A server with nothing but sockets, over a scripted feed of cards and letters. */
import Fastify, { type FastifyInstance } from 'fastify'
import { WebSocket, type ClientOptions } from 'ws'
import { UnauthenticatedError } from '../../framework/errors.ts'
import { afterCreate } from '../../framework/event/change-trigger.ts'
import { channel } from '../../framework/event/channel.ts'
import { createHub } from '../../framework/event/hub.ts'
import { LONE_BUS } from '../../framework/event/lone-bus.ts'
import { createPresence, type PresenceOptions } from '../../framework/event/presence.ts'
import { SYSTEM_CLOCK } from '../../framework/event/clock.ts'
import { registerSocket, type SocketOptions } from '../../framework/socket/register-socket.ts'
import type { SocketLimits } from '../../framework/socket/socket-limits.ts'
import type { Revoked, TokenVerifier } from '../../framework/socket/session-caller.ts'
import type { Authorization } from '../../framework/security/authorization.ts'
import { accessToCards, cards } from './cards.ts'
import { createScriptedFeed, type ScriptedFeed } from './scripted-feed.ts'
import { createSocketClient, type SocketClient } from './socket-client.ts'

/** Tokens that are good, and whose they are. A test may take them away. */
export interface ScriptedVerifier extends TokenVerifier {
  readonly callers: Map<string, Authorization>
  /** Whether `peek` knows the good ones. */
  isCached: boolean
  /** What `verify` waits for. */
  beforeVerify: () => Promise<void>
  readonly verified: readonly string[]
  /** Tells those who listen. */
  revoke(revoked: Revoked): void
}

/** Creates a verifier of the tokens. */
export function createScriptedVerifier(
  callers: Readonly<Record<string, Authorization>>,
): ScriptedVerifier {
  const known = new Map(Object.entries(callers))
  const verified: string[] = []
  const listeners = new Set<(revoked: Revoked) => void>()
  const verifier: ScriptedVerifier = {
    callers: known,
    isCached: false,
    beforeVerify: () => Promise.resolve(),
    verified,
    onRevoked(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    revoke(revoked) {
      for (const listener of listeners) listener(revoked)
    },
    peek: (token) => (verifier.isCached ? known.get(token) : undefined),
    async verify(token) {
      verified.push(token)
      await verifier.beforeVerify()
      const caller = known.get(token)
      if (caller === undefined) throw new UnauthenticatedError('The access token is not good.')
      return caller
    },
  }
  return verifier
}

/** What a test may set. */
export interface SocketServerOptions extends Partial<
  Omit<SocketOptions, 'hub' | 'presence' | 'verifier' | 'limits'>
> {
  readonly callers?: Readonly<Record<string, Authorization>>
  /** Who may track what; default: everybody everything. */
  readonly rightsIn?: PresenceOptions['rightsIn']
  readonly limits?: Partial<SocketLimits>
}

/** The server. Whoever opens it closes `app`. */
export interface SocketServer {
  readonly app: FastifyInstance
  readonly feed: ScriptedFeed
  readonly verifier: ScriptedVerifier
  /** What was logged as an error. */
  readonly errors: readonly string[]
  /** How often a card was looked at: not at all without subscriptions. */
  judged(): number
  /** Connects in memory. */
  connect(headers?: Readonly<Record<string, string>>): Promise<SocketClient>
  /** Connects over TCP; resolves when the socket is open, or refused with the status and problem. */
  dial(url?: string, options?: ClientOptions & { readonly protocols?: string[] }): Promise<Dialled>
}

/** What came of dialling. */
export interface Dialled {
  /** 101, or why not. */
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly client: SocketClient
}

/** Opens a server; it listens when it is first dialled. */
export async function openSocketServer(options: SocketServerOptions = {}): Promise<SocketServer> {
  const { callers = {}, rightsIn, ...rest } = options
  const errors: string[] = []
  const stream = { write: (line: string) => void errors.push(line) }
  const app = Fastify({ logger: { level: 'error', stream }, http: { maxHeaderSize: 16_384 } })
  let judged = 0
  const feed = createScriptedFeed()
  const verifier = createScriptedVerifier(callers)
  const hub = createHub({
    registry: cards,
    channels: [
      channel('on_create_card', {
        description: 'A card.',
        source: afterCreate('card'),
        filter: () => {
          judged += 1
          return true
        },
      }),
      channel('on_create_letter', { description: 'A letter.', source: afterCreate('letter') }),
      channel('on_create_keeper', { description: 'A keeper.', source: afterCreate('keeper') }),
    ],
    feed,
    accessOf: accessToCards,
    readLinkedRows: () => Promise.resolve([]),
    seeNow: () => Promise.resolve(undefined),
    report: (error) => void errors.push(String(error)),
  })
  const presence = createPresence({
    bus: LONE_BUS,
    clock: options.clock ?? SYSTEM_CLOCK,
    feed,
    rightsIn: rightsIn ?? (async (_caller, _resource, keys) => keys.map(() => 'appear')),
    registry: cards,
    linksUsed: () => [],
    report: (error) => void errors.push(String(error)),
  })
  app.addHook('onClose', async () => presence.close())
  await registerSocket(app, {
    hub,
    presence,
    verifier,
    allowedOrigins: [],
    isProduction: true,
    clock: SYSTEM_CLOCK,
    ...rest,
    // A connection in memory never ends by itself: it is cut when the time for that is over.
    limits: { closeSeconds: 0.05, ...rest.limits },
  })
  app.get('/other', () => 'plain')
  await app.ready()
  let address: Promise<string> | undefined
  return {
    app,
    feed,
    verifier,
    errors,
    judged: () => judged,
    connect: async (headers = {}) => {
      let client: SocketClient | undefined
      const socket = await app.injectWS(
        '/subscription',
        { headers: { ...headers } },
        { onInit: (made) => (client = createSocketClient(made)) },
      )
      return client ?? createSocketClient(socket)
    },
    async dial(url = '/subscription', { protocols, ...dialled } = {}) {
      address ??= app.listen({ port: 0, host: '127.0.0.1' })
      const target = `${(await address).replace('http', 'ws')}${url}`
      return outcomeOf(new WebSocket(target, protocols ?? [], dialled))
    },
  }
}

function outcomeOf(socket: WebSocket): Promise<Dialled> {
  const client = createSocketClient(socket)
  return new Promise((resolve, reject) => {
    socket.on('upgrade', ({ headers }) => {
      socket.on('open', () => resolve({ status: 101, headers, body: '', client }))
    })
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, client })
      })
    })
    socket.on('close', () => reject(new AggregateError([], 'The socket closed before it opened.')))
  })
}
