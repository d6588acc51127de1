/** Lets sockets know at once that something was revoked, all that is revoked together in one pass over them. */
import type { Revoked, RevokedNames, TokenVerifier } from './session-caller.ts'

/** What is told of revocations. */
export interface Hearer {
  hear(revoked: RevokedNames): void
}

/** A watch over what is revoked. */
export interface RevocationWatch {
  /** Tells now what was revoked and not told yet: to be called before anything goes out to a hearer. */
  tell(): void
  /** Ends it. */
  end(): void
}

/** Tells each hearer of what the verifier revokes from now on, soon. */
export function watchRevocations(
  verifier: Pick<TokenVerifier, 'onRevoked'>,
  hearers: Iterable<Hearer>,
): RevocationWatch {
  let heard: Revoked[] = []

  function tell(): void {
    if (heard.length === 0) return
    const namesOf = (kind: Revoked['kind']): ReadonlySet<string> =>
      new Set(heard.filter((one) => one.kind === kind).map(({ name }) => name))
    const names: RevokedNames = { sessions: namesOf('session'), subjects: namesOf('subject') }
    heard = []
    for (const hearer of hearers) hearer.hear(names)
  }

  const unwatch = verifier.onRevoked?.((revoked) => {
    heard.push(revoked)
    // Sessions end by the hundred when old ones are cleared away, and sockets are many too.
    if (heard.length === 1) queueMicrotask(tell)
  })
  return Object.freeze<RevocationWatch>({ tell, end: () => unwatch?.() })
}
