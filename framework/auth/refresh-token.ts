/**
 * The refresh token on the wire: the secret of its session, the same in each of the session's
 * tokens, and the secret of its own. Whoever brings the first with an outdated second brings a
 * spent token, however many rotations ago.
 */
import { digestOf, newSecret } from './one-time-secret.ts'

const REFRESH_TOKEN = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/

/** A refresh token with the digests that are kept of it. */
export interface RefreshToken {
  /** What the client keeps. Never stored, never logged. */
  readonly token: string
  /** The secret that all tokens of one session share. Never stored, never logged. */
  readonly familySecret: string
  readonly familyDigest: string
  readonly digest: string
}

/** Makes the first token of a session, or with the session's secret the next one. */
export function newRefreshToken(familySecret: string = newSecret()): RefreshToken {
  return toRefreshToken(familySecret, newSecret())
}

/**
 * Reads what a client sent; undefined when it is no refresh token. Whether it is a good one is not
 * known yet.
 */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, familySecret, secret] = REFRESH_TOKEN.exec(text) ?? []
  if (familySecret === undefined || secret === undefined) return undefined
  return toRefreshToken(familySecret, secret)
}

function toRefreshToken(familySecret: string, secret: string): RefreshToken {
  return Object.freeze({
    token: `${familySecret}.${secret}`,
    familySecret,
    familyDigest: digestOf(familySecret),
    digest: digestOf(secret),
  })
}
