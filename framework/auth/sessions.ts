/**
 * Sessions: opened by a login, kept alive by refresh tokens of one use, ended by logout or by a
 * token spent twice.
 */
import { DeclarationError, UnauthenticatedError } from '../errors.ts'
import type { RequestClient } from '../security/request-client.ts'
import { newRefreshToken, parseRefreshToken, type RefreshToken } from './refresh-token.ts'
import type { SessionEnd, SessionRecord, SessionRecords } from './session-records.ts'
import type { Tokens } from './tokens.ts'

const DAY_SECONDS = 86_400
const LIFETIME_SECONDS = 30 * DAY_SECONDS

/** What a login or a refresh answers (RFC 6749 §5.1). */
export interface TokenPair {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** How many seconds the access token is good. */
  readonly expires_in: number
  readonly refresh_token: string
}

/** What {@link createSessions} needs. */
export interface SessionsOptions {
  readonly records: SessionRecords
  readonly tokens: Pick<Tokens, 'issue' | 'revokeSession'>
  /** How long a session lives without being refreshed; each refresh begins it anew. Default 30 days. */
  readonly lifetimeSeconds?: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Makes the id of a session. */
  readonly newId: () => string
}

/** Who has logged in. */
export interface SessionGrant {
  readonly subject: string
  readonly scopes: Iterable<string>
  /** Who is at the other end, for the records; default: not known. */
  readonly client?: RequestClient | undefined
  /**
   * Asked when the session is recorded, before its tokens are answered: whatever ends all sessions of the subject from now on finds
   * this one, and what did before is seen here. When it throws, the session is closed and `open` throws the same.
   */
  readonly confirm?: () => Promise<void>
}

/**
 * What a subject may do now; undefined when there is no such subject any more, or it may not log
 * in.
 */
export type ScopesOf = (subject: string) => Promise<Iterable<string> | undefined>

/** Opens, refreshes and closes sessions. */
export interface Sessions {
  /** Opens a session for somebody whose credentials have been verified. It throws what `confirm` throws. */
  open(grant: SessionGrant): Promise<TokenPair>
  /**
   * Spends a refresh token for a new pair, with the scopes the subject has now. A token that was
   * spent before ends its session, whoever brings it: one of the two who had it is a thief (RFC
   * 9700 §4.14.2). That holds for two requests at a time too, so a client refreshes once at a time.
   * It throws UnauthenticatedError, always with the same words; and what `scopesOf` or the records
   * throw, and then the token is not spent unless the answer to its spending was lost.
   * `client` is who is at the other end, for the records; default: not known.
   */
  refresh(refreshToken: string, scopesOf: ScopesOf, client?: RequestClient): Promise<TokenPair>
  /**
   * Ends a session: its refresh token is worth nothing, and its access tokens are refused on this
   * server; the others have to be told. Ending it again is fine. `client` is who is at the other end, for the records; default: not
   * known.
   */
  close(sessionId: string, client?: RequestClient): Promise<void>
}

/** @throws DeclarationError when the lifetime can't be. */
export function createSessions(options: SessionsOptions): Sessions {
  const { records, tokens, lifetimeSeconds = LIFETIME_SECONDS, now, newId } = options
  if (!(lifetimeSeconds > 0)) {
    throw new DeclarationError(`Sessions can't live ${lifetimeSeconds} seconds; give more than 0.`)
  }

  async function end(sessionId: string, how: SessionEnd): Promise<void> {
    await records.remove(sessionId, how)
    // Only then: while the records are away nothing is ended, and the caller can ask again.
    tokens.revokeSession(sessionId)
  }

  async function refuse(session: SessionRecord, how: SessionEnd): Promise<never> {
    await end(session.id, how)
    throw refusal()
  }

  async function answer(
    id: string,
    { subject, scopes }: SessionGrant,
    { token }: RefreshToken,
  ): Promise<TokenPair> {
    const { accessToken, expiresInSeconds } = await tokens.issue({ subject, scopes, session: id })
    return Object.freeze({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      refresh_token: token,
    })
  }

  function expiry(): number {
    return now() + lifetimeSeconds * 1000
  }

  async function open(grant: SessionGrant): Promise<TokenPair> {
    const { subject, client } = grant
    const refreshToken = newRefreshToken()
    const { familyDigest, digest } = refreshToken
    const id = newId()
    await records.insert({ id, subject, familyDigest, digest, expiresAtMs: expiry() }, client)
    await grant.confirm?.().catch(async (error: unknown) => {
      await end(id, { reason: 'refused', client })
      throw error
    })
    return answer(id, grant, refreshToken)
  }

  async function refresh(
    text: string,
    scopesOf: ScopesOf,
    client?: RequestClient,
  ): Promise<TokenPair> {
    const spent = parseRefreshToken(text)
    const session = spent && (await records.findByFamily(spent.familyDigest))
    if (spent === undefined || session === undefined) throw refusal()
    const { id, subject } = session
    if (session.expiresAtMs <= now()) return refuse(session, { reason: 'expired', client })
    // Asked before the token is spent: when it fails, the client can come again with the same token.
    const scopes = await scopesOf(subject)
    if (scopes === undefined) return refuse(session, { reason: 'refused', client })
    const next = newRefreshToken(spent.familySecret)
    const spending = { id, digest: spent.digest, nextDigest: next.digest }
    const rotation = { ...spending, expiresAtMs: expiry(), client }
    // Of the right family and not the current one: it was spent before, or another is faster.
    if (!(await records.rotate(rotation))) return refuse(session, { reason: 'reused', client })
    return answer(id, { subject, scopes }, next)
  }

  return Object.freeze<Sessions>({
    open,
    refresh,
    close: (sessionId, client) => end(sessionId, { reason: 'closed', client }),
  })
}

function refusal(): UnauthenticatedError {
  return new UnauthenticatedError('The refresh token is not good. Log in again.')
}
