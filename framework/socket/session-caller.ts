/** Who is at the other end of a socket, for how long, and whether it still is. */
import { ForbiddenError, TooManyRequestsError, UnauthenticatedError } from '../errors.ts'
import { isAuthenticated, type Authorization } from '../security/authorization.ts'
import type { Clock } from '../event/clock.ts'
import type { SocketLimits } from './socket-limits.ts'
import type { Tally } from './tally.ts'

/** What was revoked: the tokens of one session, or those of one subject. */
export interface Revoked {
  readonly kind: 'session' | 'subject'
  readonly name: string
}

/** What was revoked at one moment, by name. */
export interface RevokedNames {
  readonly sessions: ReadonlySet<string>
  readonly subjects: ReadonlySet<string>
}

/** Tells who brings a token. */
export interface TokenVerifier {
  /** The caller of a token that was verified lately, at once; undefined: ask `verify`. */
  peek(token: string): Authorization | undefined
  /** @throws UnauthenticatedError when the token is not good */
  verify(token: string): Promise<Authorization>
  /** Tells of what is revoked, where it can; elsewhere it is found out by asking again and again. @returns ends it */
  onRevoked?(listener: (revoked: Revoked) => void): () => void
}

/** Who asks, and the token that proves it; undefined for an anonymous caller. */
export interface Identity {
  readonly caller: Authorization
  readonly token: string | undefined
}

/** What {@link createSessionCaller} needs. */
export interface SessionCallerOptions {
  readonly verifier: TokenVerifier
  readonly limits: SocketLimits
  readonly clock: Clock
  /** Sockets of each logged-in caller, over the whole process. */
  readonly users: Tally
  readonly report: (error: unknown) => void
  /** The token ends soon. */
  readonly onExpiring: (expiresInSeconds: number) => void
  /** The token has ended, or is good no more. */
  readonly onEnd: () => void
  /** It was revoked just now. */
  readonly onRevoked: () => void
}

/** The caller of one socket. */
export interface SessionCaller {
  current(): Authorization
  /** Whole seconds until the token ends; undefined for an anonymous caller. */
  expiresInSeconds(): number | undefined
  /**
   * Takes a token: the first, or a fresh one of the same subject.
   * @throws UnauthenticatedError, ForbiddenError for another subject, TooManyRequestsError; then all is as before
   */
  authenticate(token: string): Promise<Authorization & { readonly subject: string }>
  /** Who is at the other end now, by a token that is good at this moment. @throws UnauthenticatedError */
  verified(): Promise<Authorization>
  /** Asks whether the token is still good. */
  recheck(): void
  /**
   * Tells at once, also in the grace after the token's end, when the caller's session was revoked; when its subject was, unless
   * the token is known to be newer. One that is not remembered is taken for an old one: its bearer comes again with a fresh one.
   */
  hear(revoked: RevokedNames): void
  close(): void
}

/** What a refused caller is told to wait: sockets end when people leave, not by the clock. */
export const SOCKETS_RETRY_SECONDS = 60

/** Creates the caller of a socket that has been opened by somebody known. */
export function createSessionCaller(
  options: SessionCallerOptions,
  { caller, token }: Identity,
): SessionCaller {
  const { verifier, users } = options
  let current = caller
  let held = token
  let isChecking = false
  let isClosed = false
  let release = isAuthenticated(caller) ? users.add(caller.subject) : undefined
  let stopWatch = watchEnd(options, caller)

  async function check(asked: string): Promise<void> {
    isChecking = true
    try {
      await verifier.verify(asked)
    } catch (error) {
      if (!(error instanceof UnauthenticatedError)) options.report(error)
      else if (held === asked) options.onEnd()
    } finally {
      isChecking = false
    }
  }

  return Object.freeze<SessionCaller>({
    current: () => current,
    expiresInSeconds: () => secondsLeft(options.clock, current),
    async authenticate(fresh) {
      const next = await verifier.verify(fresh)
      if (!isAuthenticated(next)) throw new UnauthenticatedError()
      if (isClosed) return next
      if (!isAuthenticated(current)) {
        if (users.isFull(next.subject)) {
          throw new TooManyRequestsError(SOCKETS_RETRY_SECONDS, 'You have too many sockets open.')
        }
        release = users.add(next.subject)
      } else if (next.subject !== current.subject) {
        throw new ForbiddenError('This socket belongs to another subject. Open a new one.')
      }
      current = next
      held = fresh
      stopWatch()
      stopWatch = watchEnd(options, next)
      return next
    },
    async verified() {
      if (held === undefined) return current
      return verifier.peek(held) ?? verifier.verify(held)
    },
    recheck() {
      const left = secondsLeft(options.clock, current) ?? 0
      // Once it has ended, the grace runs.
      if (held === undefined || isChecking || left <= 0) return
      if (verifier.peek(held) === undefined) void check(held)
    },
    hear({ sessions, subjects }) {
      if (held === undefined) return
      const { session, subject } = current
      const isOver = session !== undefined && sessions.has(session)
      const isConcerned = subject !== undefined && subjects.has(subject)
      // To verify takes a while, and what is logged meanwhile would go out.
      if (isOver || (isConcerned && verifier.peek(held) === undefined)) options.onRevoked()
    },
    close() {
      isClosed = true
      held = undefined
      stopWatch()
      release?.()
    },
  })
}

function secondsLeft(clock: Clock, { expiresAtSeconds }: Authorization): number | undefined {
  if (expiresAtSeconds === undefined) return undefined
  return Math.max(0, Math.ceil(expiresAtSeconds - clock.now() / 1000))
}

/** Warns before the token of a caller ends, and tells when the grace after it is over. @returns stops watching */
function watchEnd(
  { limits, clock, onExpiring, onEnd }: SessionCallerOptions,
  caller: Authorization,
): () => void {
  const { expiresAtSeconds } = caller
  if (expiresAtSeconds === undefined) return () => undefined
  const warnAtMs = (expiresAtSeconds - limits.expiringSeconds) * 1000
  const endAtMs = (expiresAtSeconds + limits.graceSeconds) * 1000
  let isWarned = false
  let stop = clock.after(Math.max(0, warnAtMs - clock.now()), look)
  function look(): void {
    const now = clock.now()
    if (now >= endAtMs) {
      onEnd()
      return
    }
    if (!isWarned && now >= warnAtMs) {
      isWarned = true
      onExpiring(secondsLeft(clock, caller) ?? 0)
    }
    // Looked at again when it fires: a timer may be early, and the longest is shorter than some tokens live.
    stop = clock.after((isWarned ? endAtMs : warnAtMs) - now, look)
  }
  return () => stop()
}
