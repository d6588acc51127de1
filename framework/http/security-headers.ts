/** The headers with which every answer forbids browsers what nobody means them to do with it. */
import type { onRequestHookHandler } from 'fastify'

/** Answers are data: nothing in them runs, frames or is guessed at. Pages set a policy of their own. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
})

const STRICT_TRANSPORT = 'max-age=31536000; includeSubDomains'

/** Sets them; over https also HSTS, by which browsers never come back without it (RFC 6797 §7.2: not over http). */
export const setSecurityHeaders: onRequestHookHandler = (request, reply, done) => {
  void reply.headers(SECURITY_HEADERS)
  if (request.protocol === 'https') void reply.header('strict-transport-security', STRICT_TRANSPORT)
  done()
}
