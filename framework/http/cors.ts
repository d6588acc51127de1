/** Lets pages of other origins call the API, those that are named and no others. */
import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
]
const EXPOSED_HEADERS = [
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
]
const MAX_AGE_SECONDS = 600

/**
 * Registers CORS. Origins are compared whole; callers bring tokens, never cookies. Without an origin pages of others get nothing.
 * Preflights are answered by each path, which knows its methods.
 */
export function registerCors(app: FastifyInstance, allowedOrigins: readonly string[]): void {
  if (allowedOrigins.length === 0) return
  void app.register(cors, {
    origin: [...allowedOrigins],
    credentials: false,
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: MAX_AGE_SECONDS,
    preflight: false,
  })
}

/** The configuration of a route that answers preflights of a path with these methods. */
export function preflight(methods: readonly string[]): { readonly cors: FastifyCorsOptions } {
  return {
    cors: {
      methods: [...methods],
      preflight: true,
      preflightContinue: true,
      strictPreflight: false,
    },
  }
}
