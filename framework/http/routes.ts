/** Serves operations as routes, and answers for each path which methods it has. */
import type {
  FastifyInstance,
  FastifyReply,
  RouteHandlerMethod,
  onRequestHookHandler,
} from 'fastify'
import { ANONYMOUS } from '../security/authorization.ts'
import { toRequestClient } from '../security/request-client.ts'
import { authenticateNobody } from './authenticate.ts'
import { takeBodies, type ContentType } from './body.ts'
import { preflight } from './cors.ts'
import { HttpError } from './http-error.ts'
import type { Answer, Operation } from './operation.ts'
import { parseQuery } from './query.ts'

/** Registers a route for each operation, and answers other methods of their paths with 405 and `Allow`. */
export function registerOperations(
  app: FastifyInstance,
  operations: readonly Operation[],
  authenticate: onRequestHookHandler,
): void {
  for (const contentType of ['application/json', 'application/x-www-form-urlencoded'] as const) {
    void app.register(async (scope) => {
      takeBodies(scope, contentType)
      for (const operation of operations) {
        if (contentTypeOf(operation) === contentType)
          registerOperation(scope, operation, authenticate)
      }
    })
  }
  for (const path of new Set(operations.map((operation) => operation.path))) {
    registerMethods(
      app,
      path,
      operations.filter((operation) => operation.path === path),
    )
  }
}

function contentTypeOf({ body }: Operation): ContentType {
  return body?.contentType ?? 'application/json'
}

function registerOperation(
  app: FastifyInstance,
  operation: Operation,
  authenticate: onRequestHookHandler,
): void {
  app.route<{ Params: { readonly key?: string }; Querystring: string }>({
    method: operation.method,
    url: toRoutePath(operation.path),
    onRequest: operation.security === 'none' ? authenticateNobody : authenticate,
    ...(isCompressible(operation) ? {} : { compress: false }),
    async handler(request, reply) {
      const { authorization = ANONYMOUS, params, headers, body } = request
      const { key = '' } = params
      const query = parseQuery(request.query)
      const answer = await operation.handle({
        authorization,
        key,
        query,
        headers,
        body,
        reachedAt: { isSecure: request.protocol === 'https', host: request.host },
        // Most operations don't ask.
        get client() {
          return toRequestClient(request)
        },
      })
      return prepareReply(reply, answer)
    },
  })
}

/** A strong ETag stands for the very bytes, so what has one is not compressed (RFC 9110 §8.8.3.3). */
function isCompressible({ answers }: Operation): boolean {
  return !Object.values(answers).some(
    ({ headers, isSmall }) => isSmall === true || headers?.includes('ETag') === true,
  )
}

/** `/actions/message/{key}` as Fastify writes it. */
function toRoutePath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Says on the reply what an answer says. @returns the payload, which the handler returns: Fastify waits for streams then */
function prepareReply(
  reply: FastifyReply,
  { status, headers = {}, cookies = [], body }: Answer,
): string | undefined {
  // CORS may have set it already.
  const vary = reply.getHeader('vary')
  void reply.code(status).headers(headers)
  if (cookies.length > 0) void reply.header('set-cookie', cookies)
  if (vary !== undefined && headers['vary'] !== undefined) {
    void reply.header('vary', `${String(vary)}, ${headers['vary']}`)
  }
  if (body === undefined) return undefined
  if (headers['content-type'] === undefined) {
    void reply.header('content-type', 'application/json; charset=utf-8')
  }
  return JSON.stringify(body)
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY']

function registerMethods(
  app: FastifyInstance,
  path: string,
  operations: readonly Operation[],
): void {
  const served: string[] = operations.map(({ method }) => method)
  if (served.includes('GET')) served.push('HEAD')
  const allow = [...served, 'OPTIONS'].join(', ')
  const url = toRoutePath(path)
  app.options(url, { config: preflight(served) }, async (_request, reply) =>
    reply.code(204).header('allow', allow).send(),
  )
  app.route({
    method: METHODS.filter((method) => !served.includes(method)),
    url,
    // Before the body is read: it does not matter what is in it.
    onRequest: () => {
      throw new HttpError(405, { allow })
    },
    handler: unreachable,
  })
}

const unreachable: RouteHandlerMethod = async () => {
  throw new HttpError(405)
}
