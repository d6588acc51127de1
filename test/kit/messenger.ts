/** The messenger for tests: seeded, on a fresh database, each answer held to its document. */
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { readConfig, type Config } from '../../app/config.ts'
import { openMessenger, type Messenger, type MessengerParts } from '../../app/messenger.ts'
import { all } from '../../app/resources/all.ts'
import { generateTokenKey, type Change, type TokenPair } from '../../framework/index.ts'
import type { OpenApiDocument } from '../../framework/http/openapi.ts'
import type { AsyncApiDocument } from '../../framework/socket/asyncapi.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { conformity } from './conformity.ts'
import { openTestDatabase } from './database.ts'
import { frameConformity } from './frame-conformity.ts'
import { createGathering } from './gathering.ts'
import { createSocketClient, type SocketClient } from './socket-client.ts'

/** Of the seed. */
export const ADMIN_KEY = '9b38eb94-573f-43d6-a9e7-910757ce3f54'
/** Of the first seeded message; admin wrote it. */
export const SEEDED_MESSAGE_KEY = '019b78c9-0a80-7000-9100-5eed00000000'
/** The password of everybody who signed up by the kit. */
export const PASSWORD = 'a quiet green lamp'
const ADMIN_PASSWORD = 'Password123!'

/** One request. `as`: the access token that it brings. */
export interface Call extends InjectOptions {
  readonly as?: string | undefined
  readonly json?: unknown
}

/** Who signed up and logged in. */
export interface Person {
  readonly key: string
  readonly token: string
  readonly refreshToken: string
}

/** A messenger under test. */
export interface TestMessenger extends Messenger {
  readonly document: OpenApiDocument
  readonly asyncDocument: AsyncApiDocument
  /** Every line of the log so far. */
  readonly log: readonly string[]
  /** Sends `GET /path`; fails the test when the answer is not as documented. */
  call(line: string, call?: Call): Promise<LightMyRequestResponse>
  /** Logs in as somebody who signed up by the kit, or as `admin`. */
  login(username: string): Promise<TokenPair>
  signUp(username: string, account?: Readonly<Record<string, string>>): Promise<Person>
  /** Waits until the log has told of everything that was committed before. */
  caughtUp(): Promise<void>
  /** Creates a message. @returns its key */
  write(text: string, as: string): Promise<string>
  /** Connects in memory; `as`: the access token that it brings. A frame that is not as documented fails the test. */
  connect(as?: string): Promise<SocketClient>
}

/** Opens a messenger; closed when the test ends. */
export async function openTestMessenger(
  t: Test,
  config: Partial<Config> = {},
  parts: Pick<MessengerParts, 'socketLimits' | 'now'> = {},
): Promise<TestMessenger> {
  const onError = (error: unknown): void => void t.error(error, 'behind the callers')
  const stores = await openStoresOn(await openTestDatabase(t), { registry: all, onError })
  const log: string[] = []
  const messenger = await openMessenger(
    // Tests log in often, and all from one address.
    {
      ...readConfig({}),
      tokenKeys: generateTokenKey(),
      logLevel: 'trace',
      areLimitsKept: false,
      ...config,
    },
    { ...parts, stores, logStream: { write: (line) => void log.push(line) } },
  )
  t.teardown(() => messenger.close())
  const told = createGathering<Change>()
  stores.feed.follow(({ changes }) => told.add(...changes))
  const seeded = await messenger.seed()
  // Who subscribes from now on hears nothing of it.
  await told.until((changes) => changes.length === seeded)
  const document = (await messenger.http.inject('/openapi.json')).json<OpenApiDocument>()
  const asyncDocument = (await messenger.http.inject('/asyncapi.json')).json<AsyncApiDocument>()
  const documents = { document, asyncDocument }
  return { ...messenger, ...documents, log, ...clientOf(t, messenger, documents) }
}

type Client = Pick<TestMessenger, 'call' | 'login' | 'signUp' | 'write' | 'caughtUp' | 'connect'>

function clientOf(
  t: Test,
  { http, stores }: Messenger,
  { document, asyncDocument }: Pick<TestMessenger, 'document' | 'asyncDocument'>,
): Client {
  const faultOf = conformity(document)
  const watch = frameConformity(
    asyncDocument,
    (fault) => void t.fail(`not as documented: ${fault}`),
  )

  async function call(line: string, { as, json, ...rest }: Call = {}) {
    const [method = 'GET', url = '/'] = line.split(' ')
    const request = {
      ...rest,
      method: method as 'GET', // or another one that inject knows
      url,
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...rest.headers,
      },
      ...(json === undefined ? {} : { payload: JSON.stringify(json) }),
    }
    const response = await http.inject(request)
    const fault = faultOf(request, response)
    if (fault !== undefined) t.fail(`${line} is not as documented: ${fault}`)
    // What is refused without a look at the database is answered within one turn, and thousands of those would hold up all else.
    await new Promise(setImmediate)
    return response
  }

  /** @throws unless the answer has the status: nothing that follows would mean anything */
  async function made<T>(line: string, sent: Call, status: number): Promise<T> {
    const response = await call(line, sent)
    if (response.statusCode === status) return response.json<T>()
    throw new AggregateError([], `${line} was answered ${response.statusCode}: ${response.body}`)
  }

  function login(username: string): Promise<TokenPair> {
    const password = username === 'admin' ? ADMIN_PASSWORD : PASSWORD
    return made('POST /actions/login', { json: { username, password } }, 200)
  }

  return {
    call,
    login,
    async signUp(username, account = {}) {
      const json = { username, password: PASSWORD, ...account }
      const { key } = await made<{ key: string }>('POST /actions/sign-up', { json }, 201)
      const { access_token: token, refresh_token: refreshToken } = await login(username)
      return { key, token, refreshToken }
    },
    async caughtUp() {
      const told = createGathering<Change>()
      const unfollow = stores.feed.follow(({ changes }) => told.add(...changes))
      const mark = { text: 'A mark in the log.', author_id: ADMIN_KEY }
      const { key } = await stores.store('message').create(mark)
      await told.until((changes) => changes.some((change) => change.key === key))
      unfollow()
    },
    async write(text, as) {
      const json = { item: { text } }
      return (await made<{ key: string }>('POST /actions/message', { as, json }, 201)).key
    },
    async connect(as) {
      let client: SocketClient | undefined
      const headers = as === undefined ? {} : { authorization: `Bearer ${as}` }
      const socket = await http.injectWS(
        '/subscription',
        { headers },
        { onInit: (opened) => (client = createSocketClient(opened, watch())) },
      )
      return client ?? createSocketClient(socket)
    },
  }
}
