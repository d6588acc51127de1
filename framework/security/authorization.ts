/** Who asks: the verified facts about one caller. */

/**
 * The caller of an operation. Frozen, and the same object as long as its token is good, so that what was
 * computed for a caller can be kept by object identity.
 */
export interface Authorization {
  /** The caller's own id: the key of its user row. Undefined for an anonymous caller. */
  readonly subject: string | undefined
  /** What the caller has been granted beyond being itself, such as `admin`. */
  readonly scopes: ReadonlySet<string>
  /** The session that the token belongs to; undefined for an anonymous caller. */
  readonly session: string | undefined
  /** When the caller's token ends, in seconds since the epoch; undefined for an anonymous caller. */
  readonly expiresAtSeconds: number | undefined
}

/** The caller that brought no credentials. */
export const ANONYMOUS: Authorization = Object.freeze({
  subject: undefined,
  scopes: new Set<string>(),
  session: undefined,
  expiresAtSeconds: undefined,
})

/** Says whether somebody is logged in. */
export function isAuthenticated(authorization: Authorization): authorization is Authorization & {
  readonly subject: string
} {
  return authorization.subject !== undefined
}
