/** Who the client is where the browser keeps the refresh token in a cookie: the access token is in memory alone. */
import type { NetworkEvents } from './connection.ts'
import {
  alone,
  isRefusal,
  RENEW_AT,
  type Session,
  type SessionOptions,
  type TokenAnswer,
} from './session.ts'

/** What {@link createCookieSession} needs. */
export interface CookieSessionOptions extends Omit<SessionOptions, 'trade' | 'isShared'> {
  /** Trades what is in the cookie. */
  readonly trade: () => Promise<TokenAnswer>
  /** Tells by `storage` what other pages have stored; undefined where nothing tells. */
  readonly pages: NetworkEvents | undefined
  /** Stops listening to them. */
  readonly closing: AbortSignal
}

interface Held {
  readonly access: string
  readonly renewAtMs: number
  readonly endAtMs: number
  /** What is stored since the login that it belongs to. */
  readonly mark: string
}

/** Takes up the login that the storage tells of. The storage holds no secret: only that somebody is logged in, as a mark of that login. */
export function createCookieSession(options: CookieSessionOptions): Session {
  const { storage, name, timing, onLoggedOut } = options
  const listeners = new Set<() => void>()
  let held: Held | undefined
  let renewing: Promise<string | undefined> | undefined

  const mark = (): string | null => storage.getItem(name)
  const current = (): Held | undefined => (held?.mark === mark() ? held : undefined)
  const tellAll = (): void => {
    listeners.forEach((listener) => listener())
  }

  function keep({ access_token, expires_in }: TokenAnswer, of: string): void {
    const lifeMs = expires_in * 1000
    const nowMs = timing.clock.now()
    held = {
      access: access_token,
      renewAtMs: nowMs + lifeMs * RENEW_AT,
      endAtMs: nowMs + lifeMs,
      mark: of,
    }
  }

  function end(): void {
    held = undefined
    if (mark() === null) return
    storage.removeItem(name)
    tellAll()
  }

  async function trade(spent: string | undefined): Promise<string | undefined> {
    const before = mark()
    const known = current()?.access
    if (before === null || known !== spent) return known
    try {
      const answer = await options.trade()
      if (mark() === before) keep(answer, before)
    } catch (error) {
      if (isRefusal(error) && mark() === before) {
        end()
        onLoggedOut(error)
      }
      throw error
    }
    return current()?.access
  }

  function renew(spent: string | undefined): Promise<string | undefined> {
    renewing ??= alone(name, () => trade(spent)).finally(() => (renewing = undefined))
    return renewing
  }

  /** Somebody has logged in or out on another page. */
  function look({ key }: Event & { readonly key?: string | null }): void {
    if (key === name || key === null) tellAll()
  }

  options.pages?.addEventListener('storage', look)
  options.closing.addEventListener('abort', () =>
    options.pages?.removeEventListener('storage', look),
  )
  return {
    isLoggedIn: () => mark() !== null,
    async token() {
      const now = current()
      const nowMs = timing.clock.now()
      if (mark() === null || (now !== undefined && nowMs < now.renewAtMs)) return now?.access
      try {
        return await renew(now?.access)
      } catch (error) {
        if (isRefusal(error) || now === undefined || nowMs >= now.endAtMs) throw error
        return now.access // good for a while yet
      }
    },
    renew,
    start(answer) {
      const fresh = `${timing.clock.now()}.${timing.random()}`
      storage.setItem(name, fresh)
      keep(answer, fresh)
      tellAll()
    },
    end,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
