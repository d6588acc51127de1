/** Answers everything that goes wrong as `application/problem+json`: thrown errors, Fastify's own, and sockets that speak no HTTP. */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { InvalidError, NotFoundError } from '../errors.ts'
import {
  errorCodeOf,
  retryAfterSecondsOf,
  toBlankProblem,
  toProblem,
  type Problem,
} from '../problem.ts'
import { discardRest } from './discard-rest.ts'
import { ExtendedError, HttpError, titleOf } from './http-error.ts'
import { pathOf } from './request-path.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** RFC 9457 §3. */
export const PROBLEM_TYPE = 'application/problem+json'

/** Fastify's own errors: what a caller may be told of them. Others of its 4xx get their status's phrase. */
const FAULT_OF_FASTIFY: Readonly<Record<string, string>> = Object.freeze({
  FST_ERR_BAD_URL: 'The path is not percent-encoded UTF-8.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says.',
  ECONNRESET: 'The body did not arrive whole.',
})

/** Fastify's error handler. Logs each error once: defects with their cause, refusals without. */
export async function handleError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = fromFastify(thrown)
  const problem = problemOf(error, pathOf(request.raw.url ?? ''))
  logError(request, error, problem)
  // So Fastify does with bodies that it does not read whole.
  if (reply.getHeader('connection') === 'close') await discardRest(request.raw)
  return sendProblem(reply, problem, headersOf(error, request))
}

/** Fastify's handler of paths that nothing is under. Where an app has no page of its own, the root leads to its documents. */
export async function handleNotFound(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && pathOf(request.raw.url ?? '') === '/') return reply.redirect('/docs')
  return handleError(new NotFoundError(), request, reply)
}

/** Fastify's handler of URLs that its router refuses, before any hook has run. */
export function handleFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void handleError(error, request, reply.headers(SECURITY_HEADERS))
}

/** Node's handler of bytes that are no HTTP request, and of requests that are too slow or whose head is too large. */
export function handleClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = STATUS_OF_CLIENT_ERROR[error.code ?? ''] ?? 400
  const problem =
    status === 400
      ? toProblem(new InvalidError([{ pointer: '', detail: 'This is not an HTTP request.' }]))
      : toBlankProblem(status, titleOf(status))
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${status} ${titleOf(status)}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

const STATUS_OF_CLIENT_ERROR: Readonly<Record<string, number>> = Object.freeze({
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
})

/** Sends a problem. What is refused is never cached. */
export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers })
    .send(Buffer.from(JSON.stringify(problem))) // of a string Fastify would say a charset, which the type has not
}

/** Fastify's errors as ours; what is not known stays as it is, and becomes `internal`. */
function fromFastify(error: unknown): unknown {
  if (!isFastifyError(error)) return error
  const detail = FAULT_OF_FASTIFY[error.code]
  if (detail !== undefined) return new InvalidError([{ pointer: '', detail }], { cause: error })
  const { statusCode: status = 500 } = error
  return status >= 400 && status < 500 ? new HttpError(status) : error
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && 'statusCode' in error
}

function problemOf(error: unknown, path: string | undefined): Problem {
  if (error instanceof HttpError) return toBlankProblem(error.status, error.message, path)
  if (!(error instanceof ExtendedError)) return toProblem(error, path)
  return { ...toProblem(error.error, path), ...error.members }
}

function headersOf(error: unknown, request: FastifyRequest): Readonly<Record<string, string>> {
  if (error instanceof HttpError) return error.headers
  const retryAfter = retryAfterSecondsOf(error)
  if (retryAfter !== undefined) return { 'retry-after': String(Math.ceil(retryAfter)) }
  if (errorCodeOf(ownError(error)) !== 'unauthenticated') return {}
  // RFC 6750 §3: the reason is told only to who has brought a token.
  const isTokenBad = request.headers.authorization !== undefined
  return { 'www-authenticate': isTokenBad ? 'Bearer error="invalid_token"' : 'Bearer' }
}

function logError(request: FastifyRequest, error: unknown, { status }: Problem): void {
  if (status === 500) {
    request.log.error({ err: error }, 'internal error')
    return
  }
  const refused = {
    status,
    ...(error instanceof HttpError ? {} : { code: errorCodeOf(ownError(error)) }),
    ...(error instanceof ExtendedError ? error.members : {}),
    ...(request.authorization?.subject === undefined
      ? {}
      : { user: request.authorization.subject }),
  }
  const isOfNote = SECURITY_STATUSES.has(status) || error instanceof ExtendedError
  if (status === 503) request.log.warn({ ...refused, err: error }, 'unavailable')
  else if (isOfNote) request.log.warn(refused, 'refused')
  else request.log.info(refused, 'refused')
}

/** Refusals that tell of somebody trying. */
const SECURITY_STATUSES: ReadonlySet<number> = new Set([401, 403, 429])

function ownError(error: unknown): unknown {
  return error instanceof ExtendedError ? error.error : error
}
