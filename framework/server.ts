/** Joins the parts: serves stores under their factories, actions and channels over HTTP and sockets. */
import { randomBytes } from 'node:crypto'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
  onRequestHookHandler,
} from 'fastify'
import { toItemInput, type Action } from './action/action.ts'
import type { AnyJob, JobSender, JobTransactionOptions } from './action/job.ts'
import { senderWithin } from './action/job-sender.ts'
import { createLimiter, NO_LIMITS } from './action/limiter.ts'
import { deriveKey, deriveKeys, publicKeysOf, type TokenKeys } from './auth/token-keys.ts'
import type { Tokens } from './auth/tokens.ts'
import { UnauthenticatedError } from './errors.ts'
import { channelsSubscribedBy, type Channel } from './event/channel.ts'
import type { ChangeTrigger } from './event/change-trigger.ts'
import { SYSTEM_CLOCK } from './event/clock.ts'
import { createHub, type Hub } from './event/hub.ts'
import { createPresence, type Presence } from './event/presence.ts'
import { and } from './filter/filter.ts'
import { createPageKeys } from './filter/page-key.ts'
import { describeApi } from './http/api-description.ts'
import { createApi } from './http/api.ts'
import { authenticateByCookieWith, authenticateWith } from './http/authenticate.ts'
import { callsOf } from './http/call.ts'
import { createHttp, type HttpOptions } from './http/http-server.ts'
import type { GrantLimits, GrantTokens } from './http/oauth-form.ts'
import type { ApiInfo } from './http/openapi.ts'
import type { LogOptions } from './http/request-log.ts'
import { createSessionCookies, type SessionCookieOptions } from './http/session-cookies.ts'
import type { Consumer } from './postgres/consumer.ts'
import type { Jobs } from './postgres/jobs.ts'
import type { Stores } from './postgres/open-stores.ts'
import { servedJobs } from './postgres/served-jobs.ts'
import type { ResourceMap } from './resource/item.ts'
import type { Registry } from './resource/registry.ts'
import { ANONYMOUS, type Authorization } from './security/authorization.ts'
import { registerAsyncApi } from './socket/asyncapi.ts'
import { isSocketUpgrade, registerSocket, SOCKET_PATH } from './socket/register-socket.ts'
import type { SocketLimits } from './socket/socket-limits.ts'
import { callerStores } from './store/caller-stores.ts'
import { keyFilter } from './store/linked-rows.ts'
import { rowChannels } from './store/row-channels.ts'
import type { StoreFactory } from './store/store-factory.ts'
import type { Peers } from './store/store.ts'

/** What a plugin's route is asked. */
export type PluginRequest = FastifyRequest
/** What it answers by. */
export type PluginReply = FastifyReply
/** Answers a plugin's route. */
export type PluginHandler = RouteHandlerMethod

/** What a plugin may ask the server that it is part of. */
export interface PluginContext {
  /**
   * Hook for `onRequest` of a route: sets `request.authorization` by the token of the `Authorization` header, with the checks of the API.
   * Without the header the caller is anonymous; a token that is not good is answered with 401.
   */
  readonly authenticate: onRequestHookHandler
  /** The same, but a GET or HEAD without that header may bring its token in the cookie of that name. */
  readonly authenticateByCookie: (name: string) => onRequestHookHandler
  /** A caller's own stores, by the rules of their factories. */
  readonly storesOf: (caller: Authorization) => Peers
}

/**
 * Pages and routes of an app's own: registers them on the HTTP server, in a scope of their own, before it is ready. Their errors
 * are answered as problems. They are in no document, nobody has looked at their callers unless they have the hook of the context do it,
 * and the policy of answers forbids browsers everything: a page sets one of its own.
 */
export type ServerPlugin = (http: FastifyInstance, context: PluginContext) => void | Promise<void>

/** What is served, and how. */
export interface ServerOptions {
  /** Who may do what. A resource without a store factory is not reachable from outside. */
  readonly factories: readonly StoreFactory[]
  readonly actions?: readonly Action[]
  /** Jobs that can be sent here; their queues and schedules are made where there are none. */
  readonly jobs?: readonly AnyJob[]
  /** False: this process sends jobs, and others on the database do them; default true. */
  readonly isDoingJobs?: boolean
  readonly channels?: readonly Channel[]
  readonly plugins?: readonly ServerPlugin[]
  /** Tells callers by their tokens, and sockets of what is revoked; absent: every caller is anonymous, and every token refused. */
  readonly tokens?: Pick<Tokens, 'peek' | 'verify'> & Partial<Pick<Tokens, 'onRevoked'>>
  /**
   * Page keys and ETags are sealed with what is derived from them; absent: random ones, good until the process ends. What of them is
   * public is served at `/.well-known/jwks.json`.
   */
  readonly tokenKeys?: TokenKeys
  /** Serves `POST /login` for OAuth2's password form; absent: there is none. */
  readonly grantTokens?: GrantTokens
  /** The actions whose limits `POST /login` keeps, and counts together with; absent: it keeps none. */
  readonly grantLimits?: GrantLimits
  /** False: limits of actions are not kept, as for load tests; default true. */
  readonly areLimitsKept?: boolean
  /** Lets pages of this server keep their session in cookies that scripts can't read; absent: there are none. */
  readonly sessionCookies?: SessionCookieOptions
  /** Other origins whose pages may call and connect; default none. */
  readonly allowedOrigins?: readonly string[]
  /** Addresses and ranges of balancers whose `X-Forwarded-*` headers are believed; default none. */
  readonly trustProxy?: readonly string[]
  /** In production pages of this machine and browser extensions may not connect; default false. */
  readonly isProduction?: boolean
  /** Where and how much is logged; default: nothing is. */
  readonly logger?: LogOptions | false
  readonly socketLimits?: Partial<SocketLimits>
  /** Title, version and description for documents. */
  readonly info?: ApiInfo
}

/** A server that is ready to listen. Its owner closes it; it closes its stores. */
export interface Server {
  /** The HTTP server, ready: no more routes can be added. */
  readonly http: FastifyInstance
  /** Sends jobs outside of actions, and shows those that are dead. Absent where there are none. */
  readonly jobs: Pick<Jobs, 'send' | 'dead'> | undefined
  /** @returns the address that it listens on */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>
  /** Ends sockets and requests, gives jobs a few seconds to end, then the actions under way, then the stores. */
  close(): Promise<void>
}

const DEFAULT_INFO: ApiInfo = Object.freeze({
  title: 'Holdfast',
  version: '1.0.0',
  description: 'An API made from declared resources.',
})

/** Refuses every token: of a server that issues none. */
const NO_TOKENS: Pick<Tokens, 'peek' | 'verify'> = Object.freeze({
  peek: () => undefined,
  verify: () => Promise.reject(new UnauthenticatedError()),
})

/**
 * Serves stores. Takes them over: closing the server closes them.
 * @throws DeclarationError when what is declared can't be served; then the stores are still the caller's to close
 */
export async function serve<M extends ResourceMap>(
  stores: Stores<M>,
  options: ServerOptions,
): Promise<Server> {
  const { factories, actions = [] } = options
  const { registry } = stores
  const peersOf = callerStores({ registry, factories, plain: stores.store })
  const triggered = triggeredActions(registry, actions)
  const jobs = servedJobs(stores, options)
  const { sender } = jobs
  const httpOptions = toHttpOptions(stores, peersOf, { ...options, sender })
  const api = createApi(httpOptions)
  const http = createHttp(httpOptions, api)
  const report = (part: string) => (error: unknown) => {
    http.log.error({ err: error }, part)
  }
  const hub = openHub(stores, peersOf, { ...options, report: report('hub') })
  const presence = openPresence(stores, peersOf, { ...options, report: report('presence') })
  const consumers: Consumer[] = []
  const stop = async (): Promise<void> => {
    presence.close()
    // Requests that are under way may still send jobs.
    await Promise.all([http.close(), jobs.stopWorking()])
    hub.close()
    await Promise.all(consumers.map((consumer) => consumer.close()))
    await jobs.close()
  }
  try {
    const { channels = [], info = DEFAULT_INFO } = options
    await registerSocket(http, {
      hub,
      call: callsOf(api.operations),
      channelsOf: channelsSubscribedBy(
        channels,
        api.operations.map(({ name }) => name),
      ),
      presence,
      verifier: options.tokens ?? NO_TOKENS,
      allowedOrigins: options.allowedOrigins ?? [],
      isProduction: options.isProduction ?? false,
      ...(options.socketLimits && { limits: options.socketLimits }),
    })
    registerAsyncApi(http, { ...describeApi(api), channels, info, path: SOCKET_PATH })
    const context = pluginContext(httpOptions)
    for (const plugin of options.plugins ?? [])
      void http.register(async (scope) => plugin(scope, context))
    await http.ready()
    await jobs.begin(report('job'))
    const services: TriggerServices = { stores, peersOf, sender }
    for (const one of triggered) consumers.push(await startTrigger(services, one))
  } catch (error) {
    await stop()
    throw error
  }
  return Object.freeze<Server>({
    http,
    jobs: jobs.begun(),
    listen: ({ host, port }) => http.listen({ host, port }), // Fastify writes into what it is given
    async close() {
      await stop()
      await stores.close()
    },
  })
}

type PeersOf = (caller: Authorization) => Peers

interface SentOptions extends ServerOptions {
  readonly sender: JobSender<JobTransactionOptions>
}

function toHttpOptions(stores: Stores, peersOf: PeersOf, options: SentOptions): HttpOptions {
  const { tokenKeys, areLimitsKept = true } = options
  const secrets = (purpose: string): readonly Buffer[] =>
    tokenKeys === undefined ? [randomBytes(32)] : deriveKeys(tokenKeys, purpose)
  const secretFor = (purpose: string): Buffer =>
    tokenKeys === undefined ? randomBytes(32) : deriveKey(tokenKeys, purpose)
  const { actions = [], sessionCookies, tokens: verifier = NO_TOKENS } = options
  return {
    registry: stores.registry,
    factories: options.factories,
    peersOf,
    actions,
    verifier,
    ...(sessionCookies && {
      sessionCookies: createSessionCookies(sessionCookies, { actions, verifier, now: Date.now }),
    }),
    pageKeys: createPageKeys(secrets('page keys')),
    etagKey: secretFor('entity tags'),
    idempotency: stores.idempotency,
    transactions: stores.transactions,
    limiter: areLimitsKept ? createLimiter(stores.limits, secretFor('limits')) : NO_LIMITS,
    jobs: options.sender,
    isReady: () => stores.database.isReady(),
    logger: options.logger ?? false,
    allowedOrigins: options.allowedOrigins ?? [],
    trustProxy: options.trustProxy ?? [],
    isUpgrade: isSocketUpgrade,
    info: options.info ?? DEFAULT_INFO,
    ...(tokenKeys && { publicKeys: publicKeysOf(tokenKeys) }),
    ...(options.grantTokens && { tokenGrant: options.grantTokens }),
    ...(options.grantLimits && { grantLimits: options.grantLimits }),
  }
}

function pluginContext({ verifier, peersOf }: HttpOptions): PluginContext {
  return Object.freeze<PluginContext>({
    authenticate: authenticateWith(verifier),
    authenticateByCookie: (name) => authenticateByCookieWith(verifier, name),
    storesOf: peersOf,
  })
}

interface HubParts extends Pick<ServerOptions, 'channels'> {
  readonly report: (error: unknown) => void
}

function openHub(stores: Stores, peersOf: PeersOf, { channels = [], report }: HubParts): Hub {
  return createHub({
    registry: stores.registry,
    channels,
    feed: stores.feed,
    accessOf: (resource, caller) => peersOf(caller).store(resource)?.access,
    readLinkedRows: stores.readLinkedRows,
    async seeNow({ resource, caller, key, filter }) {
      const store = peersOf(caller).store(resource)
      const isRow = keyFilter(stores.registry.resource(resource), key)
      const found = await store?.search({ filter: and(filter, isRow), limit: 1 })
      const [result] = found?.results ?? []
      return result && Object.keys(result.item)
    },
    report,
  })
}

function openPresence(stores: Stores, peersOf: PeersOf, { report }: HubParts): Presence {
  return createPresence({
    bus: stores.bus,
    clock: SYSTEM_CLOCK,
    registry: stores.registry,
    feed: stores.feed,
    ...rowChannels({ plain: stores.store, peersOf }),
    report,
  })
}

interface TriggeredAction {
  readonly action: Action
  readonly trigger: ChangeTrigger
}

/** @throws DeclarationError when a trigger waits for a resource that was not gathered */
function triggeredActions(
  registry: Registry,
  actions: readonly Action[],
): readonly TriggeredAction[] {
  const triggered = actions.flatMap((action) =>
    action.triggers.flatMap((trigger) => (trigger.kind === 'change' ? [{ action, trigger }] : [])),
  )
  for (const { trigger } of triggered) registry.resource(trigger.resource)
  return triggered
}

interface TriggerServices {
  readonly stores: Stores
  readonly peersOf: PeersOf
  readonly sender: JobSender<JobTransactionOptions>
}

/** Sets off an action by what is in the log. It runs for nobody: what it writes, it writes by stores of its own. */
function startTrigger(
  { stores, peersOf, sender }: TriggerServices,
  { action, trigger: { resource, operation } }: TriggeredAction,
): Promise<Consumer> {
  return stores.consume({
    name: `${action.name} after ${operation} of ${resource}`,
    isWanted: (change) => change.resource === resource && change.operation === operation,
    async handle({ before, after = before }, transaction) {
      if (after === undefined) return
      const input = toItemInput(after)
      const client = undefined
      const prepared = await action.prepare(input, { client })
      await action.run(input, {
        caller: ANONYMOUS,
        client,
        stores: peersOf(ANONYMOUS),
        transaction,
        jobs: senderWithin(sender, transaction),
        prepared,
      })
    },
  })
}
