/** Issues access tokens (RFC 9068) and tells from one who the caller is. */
import { randomUUID } from 'node:crypto'

import { SignJWT } from 'jose'

import { DeclarationError, InternalError } from '../errors.ts'
import type { Authorization } from '../security/authorization.ts'
import { createRecentMap } from './recent-map.ts'
import { createRevocations, type Revocations } from './revocations.ts'
import type { TokenKeys } from './token-keys.ts'
import {
  CLOCK_TOLERANCE_SECONDS,
  createTokenReader,
  MAX_TOKEN_LENGTH,
  refusal,
  TOKEN_TYPE,
  type VerifiedToken,
} from './token-reader.ts'

/** RFC 6749 §3.3: a scope can't hold the space that separates scopes. */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/
const MAX_LIFETIME_SECONDS = 900
/**
 * A session's end also covers tokens of a server whose clock is ahead, and of a refresh that was
 * under way.
 */
const SESSION_END_MARGIN_SECONDS = 2 * CLOCK_TOLERANCE_SECONDS
const CACHE_LIMIT = 10_000
const REVOCATION_LIMIT = 100_000

/** What {@link createTokens} needs. */
export interface TokensOptions {
  readonly keys: TokenKeys
  /** The `iss` of every token: who issues. */
  readonly issuer: string
  /** The `aud` of every token, and the only one: for whom. */
  readonly audience: string
  /**
   * How long a token is good; default and maximum 900. Shorter means more refreshing, and less to
   * revoke.
   */
  readonly lifetimeSeconds?: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /**
   * Asks the record of sessions whether one is open. It is asked when this process meets a token
   * for the first time, not on every request: what was revoked before this process started, or
   * unheard by it, is refused then. Without it such a token is good until it expires. `caller` is
   * who the token makes its bearer: answer false too when it may not do that any more.
   */
  readonly isSessionOpen?: (session: string, caller: Authorization) => Promise<boolean>
}

/** For whom a token is issued. */
export interface TokenGrant {
  readonly subject: string
  readonly scopes: Iterable<string>
  /** The id of the session that the token belongs to. */
  readonly session: string
}

/** A token as it goes to the caller. */
export interface IssuedToken {
  readonly accessToken: string
  readonly expiresInSeconds: number
}

/** What was revoked: the tokens of one session, or those of one subject. */
export interface Revoked {
  readonly kind: 'session' | 'subject'
  readonly name: string
}

/** Issues, verifies and revokes access tokens. */
export interface Tokens {
  /**
   * Signs a token of a new id. It throws InternalError for a scope that can't travel, and for a
   * token that grows too long.
   */
  issue(grant: TokenGrant): Promise<IssuedToken>
  /**
   * Tells who the caller is. Signature, issuer, audience, type, times and revocation are checked;
   * whether the subject's row still exists is not. The same token answers the same frozen object as
   * long as it is good and remembered.
   * It throws UnauthenticatedError, always with the same words, and whatever `isSessionOpen`
   * throws.
   */
  verify(token: string): Promise<Authorization>
  /**
   * As `verify` for a token verified lately, at once; undefined says nothing but that `verify` has
   * to be asked.
   */
  peek(token: string): Authorization | undefined
  /** Refuses every token of a session that ended, on this server. */
  revokeSession(session: string): void
  /**
   * Refuses every token of a subject issued up to `beforeSeconds` (since the epoch, fractions
   * count), on this server.
   */
  revokeSubject(subject: string, beforeSeconds: number): void
  /**
   * Tells `listener` of each revocation once it holds, so that what lives longer than a request can look again. It must not
   * throw. It returns what ends the telling.
   */
  onRevoked(listener: (revoked: Revoked) => void): () => void
}

/** @throws DeclarationError when the lifetime, the issuer or the audience can't be. */
export function createTokens(options: TokensOptions): Tokens {
  const { now, isSessionOpen, lifetimeSeconds = MAX_LIFETIME_SECONDS } = options
  refuseWrongOptions(options, lifetimeSeconds)
  const sessions = emptyRevocations(options, lifetimeSeconds)
  const subjects = emptyRevocations(options, lifetimeSeconds)
  const verified = createRecentMap<string, VerifiedToken>(CACHE_LIMIT)
  const readToken = createTokenReader({ ...options, lifetimeSeconds })
  const listeners = new Set<{ readonly listener: (revoked: Revoked) => void }>()

  function tell(revoked: Revoked): void {
    for (const { listener } of listeners) listener(revoked)
  }

  function isGood({ endsAtMs, session, subject, issuedAtSeconds }: VerifiedToken): boolean {
    return (
      now() < endsAtMs &&
      !sessions.isRevoked(session, issuedAtSeconds) &&
      !subjects.isRevoked(subject, issuedAtSeconds)
    )
  }

  function peek(token: string): Authorization | undefined {
    if (token.length > MAX_TOKEN_LENGTH) return undefined
    const known = verified.get(token)
    if (known === undefined || isGood(known)) return known?.authorization
    verified.delete(token)
    return undefined
  }

  async function verify(token: string): Promise<Authorization> {
    const known = peek(token)
    if (known !== undefined) return known
    const read = await readToken(token)
    if (!isGood(read)) throw refusal()
    const { session, authorization } = read
    const isOpen = isSessionOpen === undefined || (await isSessionOpen(session, authorization))
    if (!isOpen) throw refusal()
    // While we waited the session may have ended, or another request may have brought the same token.
    if (!isGood(read)) throw refusal()
    const meanwhile = peek(token)
    if (meanwhile !== undefined) return meanwhile
    verified.set(token, read)
    return read.authorization
  }

  return Object.freeze({
    issue: (grant: TokenGrant) => issueToken(options, lifetimeSeconds, grant),
    verify,
    peek,
    revokeSession(session: string) {
      sessions.revoke(session, now() / 1000 + SESSION_END_MARGIN_SECONDS)
      tell({ kind: 'session', name: session })
    },
    revokeSubject(subject: string, beforeSeconds: number) {
      subjects.revoke(subject, beforeSeconds)
      tell({ kind: 'subject', name: subject })
    },
    onRevoked(listener: (revoked: Revoked) => void) {
      const entry = { listener }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
  })
}

function refuseWrongOptions({ issuer, audience }: TokensOptions, lifetimeSeconds: number): void {
  const isLifetime = Number.isInteger(lifetimeSeconds) && lifetimeSeconds > 0
  if (!isLifetime || lifetimeSeconds > MAX_LIFETIME_SECONDS) {
    throw new DeclarationError(
      `Access tokens can't live ${lifetimeSeconds} seconds; give 1 to ${MAX_LIFETIME_SECONDS}.`,
    )
  }
  if (issuer === '' || audience === '') {
    throw new DeclarationError('Access tokens need an issuer and an audience.')
  }
}

function emptyRevocations({ now }: TokensOptions, lifetimeSeconds: number): Revocations {
  const tokenLifetimeSeconds = lifetimeSeconds + CLOCK_TOLERANCE_SECONDS
  return createRevocations({ now, tokenLifetimeSeconds, limit: REVOCATION_LIMIT })
}

async function issueToken(
  { keys, issuer, audience, now }: TokensOptions,
  lifetimeSeconds: number,
  { subject, scopes, session }: TokenGrant,
): Promise<IssuedToken> {
  // With its fraction, so that a token issued in the second of a revocation, but after it, is good.
  const issuedAtSeconds = now() / 1000
  const accessToken = await new SignJWT({ sid: session, scope: toScopeClaim(scopes) })
    .setProtectedHeader({ alg: keys.signing.algorithm, kid: keys.signing.id, typ: TOKEN_TYPE })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt(issuedAtSeconds)
    .setExpirationTime(Math.floor(issuedAtSeconds) + lifetimeSeconds)
    .sign(keys.signing.signWith)
  if (accessToken.length > MAX_TOKEN_LENGTH) {
    throw new InternalError(`A token of ${accessToken.length} characters would be refused.`)
  }
  return Object.freeze({ accessToken, expiresInSeconds: lifetimeSeconds })
}

function toScopeClaim(scopes: Iterable<string>): string {
  const listed = [...scopes]
  if (listed.every((scope) => SCOPE.test(scope))) return listed.join(' ')
  throw new InternalError('A scope must be printable ASCII without space, quote and backslash.')
}
