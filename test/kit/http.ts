/** An API over stores for tests: requests by `inject`, each answer held to the document. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { NO_JOBS } from '../../framework/action/job-sender.ts'
import { NO_LIMITS } from '../../framework/action/limiter.ts'
import { UnauthenticatedError } from '../../framework/errors.ts'
import { createPageKeys } from '../../framework/filter/page-key.ts'
import { createApi, type Api } from '../../framework/http/api.ts'
import { createHttp, type HttpOptions } from '../../framework/http/http-server.ts'
import type { OpenApiDocument } from '../../framework/http/openapi.ts'
import type { Operation } from '../../framework/http/operation.ts'
import { createIdempotency } from '../../framework/postgres/idempotency.ts'
import type { ResourceMap } from '../../framework/resource/item.ts'
import type { Authorization } from '../../framework/security/authorization.ts'
import { callerStores } from '../../framework/store/caller-stores.ts'
import type { StoreFactory } from '../../framework/store/store-factory.ts'
import { conformity } from './conformity.ts'
import { callerOf, START, type TestStores } from './stores.ts'

/** One request. `as`: whose token it brings. */
export interface Call extends InjectOptions {
  readonly as?: string
  readonly json?: unknown
}

/** An API under test. */
export interface TestApi {
  readonly api: Api
  readonly app: FastifyInstance
  readonly document: OpenApiDocument
  readonly operations: readonly Operation[]
  /** Sends `GET /path`; fails the test when the answer is not as documented. */
  call(line: string, call?: Call): Promise<LightMyRequestResponse>
}

/** What to serve. */
export interface TestApiOptions extends Partial<HttpOptions> {
  readonly factories: readonly StoreFactory[]
  /** Scopes of callers by name; everybody else has none. */
  readonly scopes?: Readonly<Record<string, readonly string[]>>
}

/** Serves stores. Tokens are the callers' subjects themselves; `bad` is none. Closed when the test ends. */
export async function openTestApi<M extends ResourceMap>(
  t: Test,
  stores: TestStores<M>,
  options: TestApiOptions,
): Promise<TestApi> {
  const { scopes = {}, ...given } = options
  const httpOptions: HttpOptions = {
    registry: stores.registry,
    peersOf: callerStores({
      registry: stores.registry,
      factories: options.factories,
      plain: (name) => stores.store(name),
    }),
    actions: [],
    verifier: testVerifier(scopes),
    pageKeys: createPageKeys([Buffer.alloc(32, 7)]),
    etagKey: Buffer.alloc(32, 9),
    idempotency: createIdempotency({ transactions: stores.transactions, now: () => START }),
    transactions: stores.transactions,
    limiter: NO_LIMITS,
    jobs: NO_JOBS,
    isReady: () => stores.database.isReady(),
    logger: false,
    allowedOrigins: [],
    trustProxy: [],
    info: { title: 'Test', version: '1.0.0', description: 'For tests.' },
    ...given,
  }
  const api = createApi(httpOptions)
  const app = createHttp(httpOptions, api)
  t.teardown(() => app.close())
  const document = (await app.inject('/openapi.json')).json<OpenApiDocument>()
  const faultOf = conformity(document)
  return {
    api,
    app,
    document,
    operations: api.operations,
    async call(line, { as, json, ...call } = {}) {
      const [method = 'GET', url = '/'] = line.split(' ')
      const request = {
        ...call,
        method: method as 'GET',
        url,
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(json === undefined ? {} : { payload: JSON.stringify(json) }),
      }
      const response = await app.inject(request)
      const fault = faultOf(request, response)
      if (fault !== undefined) t.fail(`${line.slice(0, 100)} is not as documented: ${fault}`)
      return response
    },
  }
}

function testVerifier(
  scopes: Readonly<Record<string, readonly string[]>>,
): HttpOptions['verifier'] {
  const known = new Map<string, Authorization>()
  return {
    peek: (token) => known.get(token),
    async verify(token) {
      if (token === 'bad') throw new UnauthenticatedError('The access token is not good.')
      const made = callerOf(token, ...(scopes[token] ?? []))
      known.set(token, made)
      return made
    },
  }
}

/** The faults that an answer lists, as `pointer detail`. */
export function faultsIn(response: LightMyRequestResponse): readonly string[] {
  const { errors = [] } = response.json<{
    errors?: readonly { pointer: string; detail: string }[]
  }>()
  return errors.map(({ pointer, detail }) => `${pointer} ${detail}`)
}
