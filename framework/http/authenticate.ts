/** Tells from a request's `Authorization` header who asks. */
import type { onRequestHookHandler } from 'fastify'
import { UnauthenticatedError } from '../errors.ts'
import { ANONYMOUS, type Authorization } from '../security/authorization.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined until it is known, and where nobody looks. */
    authorization: Authorization | undefined
  }
}

/** Tells who brings a token. */
export interface Verifier {
  /** The caller of a token that was verified lately, at once; undefined: ask `verify`. */
  peek(token: string): Authorization | undefined
  /** @throws UnauthenticatedError when the token is not good */
  verify(token: string): Promise<Authorization>
}

/** RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^bearer +([\w.~+/-]+=*) *$/i
/** How it is written as a rule. */
const USUAL = 'Bearer '

/** The hook that sets `request.authorization`. A token that is not good ends the request, whatever it asks for. */
export function authenticateWith(verifier: Verifier): onRequestHookHandler {
  return (request, _reply, done) => {
    const { authorization: header } = request.headers
    if (header === undefined) {
      request.authorization = ANONYMOUS
      done()
      return
    }
    // A token that was verified lately need not be looked at again for how it is written.
    const known = header.startsWith(USUAL) ? verifier.peek(header.slice(USUAL.length)) : undefined
    if (known !== undefined) {
      request.authorization = known
      done()
      return
    }
    const token = BEARER.exec(header)?.[1]
    if (token === undefined) {
      done(new UnauthenticatedError('Send the access token as `Authorization: Bearer …`.'))
      return
    }
    verifier.verify(token).then((authorization) => {
      request.authorization = authorization
      done()
    }, done)
  }
}

/**
 * The same hook, for what a page of ours shows by itself, such as images: a GET or HEAD without `Authorization` may bring its token in
 * a cookie. Nothing is written by those, so that a page of somebody else can't do anything with the cookie (and `SameSite` keeps it at
 * home).
 */
export function authenticateByCookieWith(verifier: Verifier, name: string): onRequestHookHandler {
  const byHeader = authenticateWith(verifier)
  return function (request, reply, done) {
    const { authorization: header, cookie = '' } = request.headers
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const token = header === undefined && isReading ? cookieValue(cookie, name) : undefined
    if (token === undefined) {
      byHeader.call(this, request, reply, done)
      return
    }
    verifier.verify(token).then((authorization) => {
      request.authorization = authorization
      done()
    }, done)
  }
}

/** The first value of that name (RFC 6265 §4.2.1); undefined: there is none. */
function cookieValue(header: string, name: string): string | undefined {
  const prefix = `${name}=`
  const pairs = header.split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length)
}

/** The hook of operations that have no caller: a token that has ended does not stand in the way of a new one. */
export const authenticateNobody: onRequestHookHandler = (request, _reply, done) => {
  request.authorization = ANONYMOUS
  done()
}
