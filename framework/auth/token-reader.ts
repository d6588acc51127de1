/**
 * Tells what an access token claims, once its signature, type, issuer, audience and times are
 * checked.
 */
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'

import { UnauthenticatedError } from '../errors.ts'
import type { Authorization } from '../security/authorization.ts'
import type { TokenKey } from './token-key.ts'
import type { TokenKeys } from './token-keys.ts'

/** The `typ` of an access token (RFC 9068 §2.1), which no other token of ours has. */
export const TOKEN_TYPE = 'at+jwt'
/** A longer text is refused before any work. */
export const MAX_TOKEN_LENGTH = 4096
/** How far the clocks of two servers may differ: a token is good this much past its end. */
export const CLOCK_TOLERANCE_SECONDS = 30

const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'kid', 'typ'])
const REQUIRED_CLAIMS = ['exp', 'iat', 'sub', 'jti', 'sid']

/** What {@link createTokenReader} needs. */
export interface TokenReaderOptions {
  readonly keys: TokenKeys
  readonly issuer: string
  readonly audience: string
  /** A token of a longer life or a greater age is refused, whatever it says of its end. */
  readonly lifetimeSeconds: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The claims of a token that was good when it was read. */
export interface VerifiedToken {
  readonly authorization: Authorization
  readonly subject: string
  readonly session: string
  readonly issuedAtSeconds: number
  readonly endsAtMs: number
}

/**
 * Creates the function that reads a token. It has checked the signature with one of our keys and
 * its one algorithm, type, issuer, audience, times and that nothing required is missing; it has not
 * asked whether anything is revoked.
 * It throws UnauthenticatedError, whatever is wrong with the same words.
 */
export function createTokenReader(
  options: TokenReaderOptions,
): (token: string) => Promise<VerifiedToken> {
  const { keys, issuer, audience, lifetimeSeconds, now } = options
  const keysById = new Map(keys.verifying.map((key) => [key.id, key]))
  const expected = {
    issuer,
    audience,
    typ: TOKEN_TYPE,
    requiredClaims: REQUIRED_CLAIMS,
    maxTokenAge: lifetimeSeconds,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }

  async function readPayload(token: string): Promise<JWTPayload> {
    try {
      const key = keyOf(token, keysById)
      const algorithms = [key.algorithm]
      const currentDate = new Date(now())
      return (await jwtVerify(token, key.verifyWith, { ...expected, algorithms, currentDate }))
        .payload
    } catch {
      // Without its cause: what is wrong with a stranger's token is nobody's business.
      throw refusal()
    }
  }

  return async (token) => {
    if (!isCanonical(token)) throw refusal()
    const payload = await readPayload(token)
    // Several audiences would make the token good elsewhere too (RFC 9700 §2.3).
    if (payload.aud !== audience) throw refusal()
    return toVerifiedToken(payload, lifetimeSeconds)
  }
}

/** The one answer to every bad token. */
export function refusal(): UnauthenticatedError {
  return new UnauthenticatedError('The access token is not good. Log in again.')
}

/** One token has one text: base64url also has spellings that decode alike, and they are refused. */
function isCanonical(token: string): boolean {
  if (token.length > MAX_TOKEN_LENGTH) return false
  return token
    .split('.')
    .every((part) => part === Buffer.from(part, 'base64url').toString('base64url'))
}

/**
 * The key is looked up in our own table: nothing in a header is fetched, imported or interpreted
 * (RFC 8725 §3.10).
 */
function keyOf(token: string, keysById: ReadonlyMap<string, TokenKey>): TokenKey {
  const header = decodeProtectedHeader(token)
  const isPlain = Object.keys(header).every((member) => HEADER_MEMBERS.has(member))
  const key = keysById.get(header.kid ?? '')
  if (!isPlain || key === undefined) throw refusal()
  return key
}

function toVerifiedToken(payload: JWTPayload, lifetimeSeconds: number): VerifiedToken {
  const { sub: subject, jti, iat, exp, sid: session, scope = '' } = payload
  const isNamed = isName(subject) && isName(session) && isName(jti)
  if (!isNamed || typeof scope !== 'string' || iat === undefined || exp === undefined) {
    throw refusal()
  }
  // A signer with another lifetime is held to ours.
  if (!(exp - iat <= lifetimeSeconds)) throw refusal()
  const scopes = new Set(scope.split(' ').filter((word) => word !== ''))
  return Object.freeze({
    authorization: Object.freeze({ subject, scopes, session, expiresAtSeconds: exp }),
    subject,
    session,
    issuedAtSeconds: iat,
    endsAtMs: (exp + CLOCK_TOLERANCE_SECONDS) * 1000,
  })
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
