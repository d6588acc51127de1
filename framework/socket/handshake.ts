/** What is asked of a request before it becomes a socket: where it comes from, how it is made, who sends it. */
import type { IncomingHttpHeaders } from 'node:http'
import { ForbiddenError, InvalidError, UnauthenticatedError } from '../errors.ts'
import { ANONYMOUS } from '../security/authorization.ts'
import { isAllowedOrigin, type OriginRules } from './origin.ts'
import type { Identity, TokenVerifier } from './session-caller.ts'

/** The subprotocol of our frames. */
export const PROTOCOL = 'holdfast.v1'
/** An entry of this kind brings a token where a browser can't set headers; it is never answered. */
const TOKEN_PROTOCOL = 'base64url.bearer.'

/** RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1). */
const BEARER = /^bearer +([\w.~+/-]+=*) *$/i
/** RFC 6455 §4.1: 16 bytes. */
const KEY = /^[+/0-9A-Za-z]{22}==$/
/** RFC 9110 §5.6.2. */
const HTTP_TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** A request that wants to become a socket. */
export interface Upgrade {
  /** Path and query. */
  readonly url: string
  /** The host that was asked for, with its port. */
  readonly host: string
  readonly headers: IncomingHttpHeaders
}

/** What {@link identify} needs. */
export interface HandshakeOptions extends OriginRules {
  readonly verifier: TokenVerifier
}

/**
 * Checks an upgrade, and tells who sends it.
 * @throws InvalidError, ForbiddenError for a page of a foreign origin, UnauthenticatedError for a token that is not good
 */
export async function identify(upgrade: Upgrade, options: HandshakeOptions): Promise<Identity> {
  const { url, host, headers } = upgrade
  refuseQuery(url)
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) {
    throw new InvalidError([{ pointer: '', detail: 'Sec-WebSocket-Key is missing or malformed' }])
  }
  if (!isAllowedOrigin(headers.origin, host, options)) {
    throw new ForbiddenError('Pages of that origin may not connect.')
  }
  const token = tokenOf(headers)
  if (token === undefined) return { caller: ANONYMOUS, token }
  const caller = options.verifier.peek(token) ?? (await options.verifier.verify(token))
  return { caller, token }
}

/** The subprotocol that is answered; false for none. */
export function pickProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(PROTOCOL) ? PROTOCOL : false
}

/** URLs are logged and remembered, so a token there is refused even when it is good. */
function refuseQuery(url: string): void {
  const at = url.indexOf('?')
  if (at === -1) return
  const names = new Set(new URLSearchParams(url.slice(at)).keys())
  if (names.size === 0) return
  throw new InvalidError(
    [...names].map((name) => ({ pointer: `?${name}`, detail: 'is not known here' })),
  )
}

function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const offered = offeredTokens(headers['sec-websocket-protocol'])
  const { authorization } = headers
  if (offered.length + (authorization === undefined ? 0 : 1) > 1) {
    throw new InvalidError([{ pointer: '', detail: 'brings more than one token' }])
  }
  if (authorization === undefined) return offered[0]
  const token = BEARER.exec(authorization)?.[1]
  if (token !== undefined) return token
  throw new UnauthenticatedError('Send the access token as `Authorization: Bearer …`.')
}

function offeredTokens(header: string | undefined): readonly string[] {
  if (header === undefined) return []
  const entries = header.split(',').map((entry) => entry.trim())
  if (!entries.every((entry) => HTTP_TOKEN.test(entry)) || new Set(entries).size < entries.length) {
    throw new InvalidError([{ pointer: '', detail: 'Sec-WebSocket-Protocol is malformed' }])
  }
  return entries
    .filter((entry) => entry.startsWith(TOKEN_PROTOCOL))
    .map((entry) => toToken(entry.slice(TOKEN_PROTOCOL.length)))
}

/** Our tokens are base64url with dots, and may come as they are; without a dot the whole was encoded once more. */
function toToken(text: string): string {
  return text.includes('.') ? text : Buffer.from(text, 'base64url').toString('utf8')
}
