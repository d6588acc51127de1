/** The client of an app, put together: requests, tokens, the socket, and the names of the app's resources. */
import { actionRequest, askForTokens, type ActionCall } from './actions.ts'
import type { Api } from './api.ts'
import { byName } from './by-name.ts'
import { createCall } from './calls.ts'
import { channelStream, guarded } from './channel-stream.ts'
import { createConnection, type NetworkEvents } from './connection.ts'
import { createCookieSession } from './cookie-session.ts'
import type { SocketClass } from './line.ts'
import { enterChannel, type PresenceEntry, type PresenceOptions } from './presence.ts'
import type { ProblemError } from './problem-error.ts'
import { createSend } from './requests.ts'
import { toResult, type CallerOptions } from './resource-client.ts'
import { resourceMember, type ResourceParts } from './resource-member.ts'
import { createSession, memoryStorage, type Session, type TokenStorage } from './session.ts'
import { SYSTEM_TIMING, type Timing } from './timing.ts'
import type { BaseClient, Client, LoginOptions } from './typed-client.ts'

/** Options of a client. */
export interface ClientOptions {
  /** Where the server is: `https://chat.example.org`. */
  readonly url: string
  /** Keeps the tokens: `localStorage`, or anything like it; default: memory, so that a reloaded page is logged out. */
  readonly storage?: TokenStorage
  /**
   * For pages of the server itself: the browser keeps the refresh token in a cookie that no script can read, the access token is in
   * memory, and `storage` keeps only that somebody is logged in. The server has to offer `sessionCookies`. Default false.
   */
  readonly isCookieSession?: boolean
  /** The server takes the tokens no more: the person has to log in again. */
  readonly onLoggedOut?: (error: ProblemError) => void
  /** Told of errors that nobody else is told of; default: they are thrown where nobody catches them. */
  readonly onError?: (error: unknown) => void
  readonly fetch?: typeof globalThis.fetch
  readonly WebSocket?: SocketClass
  /** Time and chance; default: the machine's. */
  readonly timing?: Timing
  /** Tells by `online`, `offline` and `visibilitychange` when to try at once whether the socket is there; default: the browser's window. */
  readonly network?: NetworkEvents
}

/**
 * Creates a client; it connects when it is first used.
 * @typeParam A the type of the app: `createClient<Api>({ url })`
 */
export function createClient<A extends Api>(options: ClientOptions): Client<A> {
  const parts = createParts(options)
  const base = baseOf(parts)
  const resource = byName((name) => resourceMember(name, parts))
  const client = byName((name) => (name in base ? base[name as keyof typeof base] : resource[name]))
  return client as unknown as Client<A> // names and types are the app's, which is not here at run time
}

type CodeOptions = CallerOptions & Pick<LoginOptions, 'code' | 'newPassword'>

interface Parts extends ResourceParts {
  readonly session: Session
  readonly closing: AbortController
  /** What goes with requests that answer tokens, or end the session. */
  readonly sessionHeaders: Headers
}

type Headers = Readonly<Record<string, string>>

const COOKIE_HEADERS: Headers = { 'holdfast-session': 'cookie' }

function createParts({
  url,
  storage,
  onLoggedOut = () => undefined,
  onError = throwApart,
  timing = SYSTEM_TIMING,
  ...options
}: ClientOptions): Parts {
  const root = url.replace(/\/+$/, '')
  const closing = new AbortController()
  const send = createSend({
    url: root,
    fetch: options.fetch ?? fetch,
    timing,
    session: () => session,
    closing: closing.signal,
  })
  const network = options.network ?? windowOf(globalThis)
  const common = {
    timing,
    storage: storage ?? memoryStorage(),
    name: `holdfast ${root}`,
    onLoggedOut,
  }
  const sessionHeaders = options.isCookieSession === true ? COOKIE_HEADERS : {}
  const trade = (input: object) => askForTokens(send, 'refresh', { input, headers: sessionHeaders })
  const session = options.isCookieSession
    ? createCookieSession({
        ...common,
        trade: () => trade({}),
        pages: network,
        closing: closing.signal,
      })
    : createSession({
        ...common,
        isShared: storage !== undefined,
        trade: (refresh_token) => trade({ refresh_token }),
      })
  const connection = createConnection({
    url: `${root.replace(/^http/, 'ws')}/subscription`,
    WebSocket: options.WebSocket ?? WebSocket,
    timing,
    session,
    network,
  })
  return { send, session, connection, timing, closing, sessionHeaders, report: onError }
}

/** What a client has whatever the app is, typed by the loose forms of what it takes. */
type Base = { readonly [N in keyof BaseClient<Api>]: unknown }

function baseOf(parts: Parts): Base {
  const { send, session, connection, sessionHeaders } = parts
  const call = createCall(parts)
  return {
    actions: byName((name) => async (input?: unknown, options?: ActionCall) => {
      const { body } = await send(actionRequest(name, input, options))
      return body
    }),
    resource: (name: string) => resourceMember(name, parts),
    channel: (channel: string, options: object = {}) =>
      channelStream(parts, { ...options, channel }),
    presence: (
      channel: string,
      onEntries: (entries: readonly PresenceEntry[]) => void,
      { meta, onError = parts.report }: PresenceOptions = {},
    ) =>
      enterChannel(
        parts,
        { channel, meta },
        {
          onEntries: guarded(onEntries, parts.report),
          onEnd(error) {
            if (error !== undefined) onError(error)
          },
        },
      ),
    call: async (action: string, input: unknown, options: { readonly key?: string } = {}) =>
      toResult(await call({ ...options, action, input })),
    async login(username: string, password: string, options: CodeOptions = {}) {
      const { code, newPassword } = options
      // What is undefined is not sent.
      const input = { username, password, code, new_password: newPassword }
      const asked = { ...options, input, headers: sessionHeaders }
      session.start(await askForTokens(send, 'login', asked))
    },
    async logout(options?: CallerOptions) {
      const token = await session.token().catch(() => undefined)
      session.end()
      if (token === undefined) return
      const headers = { ...sessionHeaders, authorization: `Bearer ${token}` }
      await send({ ...actionRequest('logout', {}, options), headers, isAnonymous: true })
    },
    async refresh() {
      const token = await session.token()
      if (token !== undefined) await session.renew(token)
    },
    isLoggedIn: session.isLoggedIn,
    token: session.token,
    close() {
      connection.close()
      parts.closing.abort()
    },
  }
}

function windowOf(global: object): NetworkEvents | undefined {
  return 'addEventListener' in global ? (global as NetworkEvents) : undefined
}

/** An error that has no listener ends the process or shows in the console, as that of any event emitter. */
function throwApart(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
