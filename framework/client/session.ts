/** Who the client is: keeps its tokens, and trades them in time, once for all who ask. */
import { ProblemError } from './problem-error.ts'
import type { Timing } from './timing.ts'

/** Where tokens are kept: `localStorage`, or anything like it. Pages that share one share the login. */
export interface TokenStorage {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

/** What login and refresh answer (RFC 6749 §5.1). */
export interface TokenAnswer {
  readonly access_token: string
  /** Absent where it is in a cookie. */
  readonly refresh_token?: string
  /** Seconds. */
  readonly expires_in: number
}

/** What {@link createSession} needs. */
export interface SessionOptions {
  readonly timing: Timing
  readonly storage: TokenStorage
  /** Whether other pages may have the same storage. */
  readonly isShared: boolean
  /** Tells the pages of one origin, and the servers that they log in to, apart. */
  readonly name: string
  /** Trades a refresh token, which is good once. */
  readonly trade: (refreshToken: string) => Promise<TokenAnswer>
  /** The server takes the tokens no more. */
  readonly onLoggedOut: (error: ProblemError) => void
}

/** The tokens of a client. */
export interface Session {
  isLoggedIn(): boolean
  /** The access token, renewed when it ends soon; undefined: nobody is logged in. @throws ProblemError */
  token(): Promise<string | undefined>
  /**
   * The token after one that was refused or ends soon.
   * @throws ProblemError; of status 4xx: nobody is logged in any more
   */
  renew(spent: string): Promise<string | undefined>
  start(answer: TokenAnswer): void
  /** Nobody is logged in any more. */
  end(): void
  /** Calls back when somebody logs in or out. @returns stops that */
  onChange(listener: () => void): () => void
}

interface Held {
  readonly access: string
  readonly refresh: string
  readonly renewAtMs: number
  readonly endAtMs: number
}

/** A token is renewed when this part of its life is over. */
export const RENEW_AT = 0.9
/** What a page has stored others see a moment later: browsers keep a copy for each of their processes. */
const SETTLE_MS = 1_000

/** Keeps tokens in memory: they are gone with the page. */
export function memoryStorage(): TokenStorage {
  const kept = new Map<string, string>()
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  }
}

/** Takes up the tokens that are kept. */
export function createSession(options: SessionOptions): Session {
  const { storage, isShared, name, timing } = options
  const listeners = new Set<() => void>()
  let renewing: Promise<string | undefined> | undefined

  const held = (): Held | undefined => parseHeld(storage.getItem(name))
  const tellAll = (): void => {
    listeners.forEach((listener) => listener())
  }

  function keep({ access_token, refresh_token = '', expires_in }: TokenAnswer): void {
    const lifeMs = expires_in * 1000
    const nowMs = timing.clock.now()
    const next: Held = {
      access: access_token,
      refresh: refresh_token,
      renewAtMs: nowMs + lifeMs * RENEW_AT,
      endAtMs: nowMs + lifeMs,
    }
    storage.setItem(name, JSON.stringify(next))
  }

  function end(): void {
    if (held() === undefined) return
    storage.removeItem(name)
    tellAll()
  }

  async function trade(spent: string): Promise<string | undefined> {
    const before = held()
    // Another page may have traded it while this one waited.
    if (before?.access !== spent) return before?.access
    try {
      const answer = await options.trade(before.refresh)
      if (held()?.refresh === before.refresh) keep(answer)
    } catch (error) {
      if (isRefusal(error) && held()?.refresh === before.refresh) {
        end()
        options.onLoggedOut(error)
      }
      throw error
    }
    return held()?.access
  }

  const settle = (): Promise<void> =>
    new Promise((settled) => timing.clock.after(SETTLE_MS, settled))

  const session: Session = {
    isLoggedIn: () => held() !== undefined,
    async token() {
      const now = held()
      const nowMs = timing.clock.now()
      if (now === undefined || nowMs < now.renewAtMs) return now?.access
      try {
        return await session.renew(now.access)
      } catch (error) {
        if (isRefusal(error) || nowMs >= now.endAtMs) throw error
        return now.access // good for a while yet
      }
    },
    renew(spent) {
      const trading = (): Promise<string | undefined> => trade(spent)
      renewing ??= (isShared ? alone(name, trading, settle) : trading()).finally(
        () => (renewing = undefined),
      )
      return renewing
    },
    start(answer) {
      keep(answer)
      tellAll()
    },
    end,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return session
}

/** Whether the server has looked at what it got, and does not take it; one that is busy has not. */
export function isRefusal(error: unknown): error is ProblemError {
  const status = error instanceof ProblemError ? error.status : 0
  return status >= 400 && status < 500 && status !== 429
}

/** One page of an origin at a time, where browsers have locks: two that trade one refresh token would end its session. */
export function alone<T>(
  name: string,
  work: () => Promise<T>,
  settle?: () => Promise<void>,
): Promise<T> {
  const { locks } = navigator as Partial<Navigator>
  if (locks === undefined) return work()
  return new Promise((resolve, reject) => {
    const done = async (): Promise<void> => {
      await work().then(resolve, reject)
      await settle?.()
    }
    locks.request(`holdfast ${name}`, done).catch(reject)
  })
}

function parseHeld(text: string | null): Held | undefined {
  try {
    return JSON.parse(text ?? '') as Held // only `keep` writes it
  } catch {
    return undefined
  }
}
