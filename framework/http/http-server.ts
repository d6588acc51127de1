/** Makes the HTTP server of an app: every route, and how anything that goes wrong is answered. */
import type { IncomingMessage } from 'node:http'
import compress from '@fastify/compress'
import Fastify, { type FastifyInstance } from 'fastify'
import { createApi, type Api, type ApiOptions } from './api.ts'
import { authenticateWith, type Verifier } from './authenticate.ts'
import { BODY_LIMIT_BYTES } from './body.ts'
import { registerCors } from './cors.ts'
import { registerDocs } from './docs.ts'
import { drainBeforeClose } from './drain.ts'
import { registerEventsPage } from './events-page.ts'
import {
  handleClientError,
  handleError,
  handleFrameworkError,
  handleNotFound,
} from './problem-handler.ts'
import { registerProblemPages } from './problem-pages.ts'
import { createRequestIds, loggingOptions, type LogOptions } from './request-log.ts'
import { registerOperations } from './routes.ts'
import { setSecurityHeaders } from './security-headers.ts'

/** What an HTTP server is made from. */
export interface HttpOptions extends ApiOptions {
  readonly verifier: Verifier
  /** False: nothing is logged. */
  readonly logger: LogOptions | false
  /** Origins whose pages may call the API, such as `https://app.example.org`. */
  readonly allowedOrigins: readonly string[]
  /** Addresses and ranges of balancers whose `X-Forwarded-*` headers are believed. */
  readonly trustProxy: readonly string[]
  /** Which requests for another protocol are heard; the others are answered as if they had not asked. Default: all. */
  readonly isUpgrade?: (request: IncomingMessage) => boolean
}

/** Head of a request: its line and headers. Page keys of long texts need most of it. */
const MAX_HEAD_BYTES = 16_384
const MAX_HEADERS = 100
const MAX_CONNECTIONS = 10_000
/** Longest key in a path, escaped: no key of a row is longer. */
const MAX_KEY_LENGTH = 4096
/** Smaller answers don't get smaller. */
const COMPRESS_FROM_BYTES = 1024

/**
 * Makes the server. It listens to nothing yet; other plugins may be registered on it until it is ready.
 * @param api of the same options, where it serves by other ways too
 * @throws DeclarationError when what is declared can't be served
 */
export function createHttp(
  options: HttpOptions,
  { operations, document }: Api = createApi(options),
): FastifyInstance {
  const app = createServer(options)
  drainBeforeClose(app)
  app.decorateRequest('authorization', undefined)
  app.addHook('onRequest', setSecurityHeaders)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)
  registerCors(app, options.allowedOrigins)
  void app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: COMPRESS_FROM_BYTES,
    globalDecompression: false,
  })
  // Compression and CORS see the routes of plugins that come after them.
  void app.register(async (scope) => {
    registerOperations(scope, operations, authenticateWith(options.verifier))
    registerProblemPages(scope)
    registerDocs(scope, document)
    registerEventsPage(scope)
  })
  return app
}

function createServer({ logger, trustProxy, isUpgrade }: HttpOptions): FastifyInstance {
  const app = Fastify({
    ...loggingOptions(logger),
    // Node takes the larger for the smaller when the time for headers is not below that for requests.
    http: {
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: MAX_HEAD_BYTES,
      ...(isUpgrade && { shouldUpgradeCallback: isUpgrade }),
    },
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    // What comes on an open connection while the server ends is answered, and the connection closed.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: createRequestIds(),
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    routerOptions: {
      maxParamLength: MAX_KEY_LENGTH,
      querystringParser: rawQuery,
    },
    exposeHeadRoutes: true,
    frameworkErrors: handleFrameworkError,
    clientErrorHandler: handleClientError,
  })
  app.server.maxConnections = MAX_CONNECTIONS
  app.server.maxHeadersCount = MAX_HEADERS
  return app
}

/** Operations read the query themselves, so that a fault in it is answered like any other. */
function rawQuery(text: string): Record<string, unknown> {
  return text as unknown as Record<string, unknown>
}
