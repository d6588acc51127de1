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
  readonly token: string
  readonly renewAtMs: number
  readonly endAtMs: number
  /** What is stored since the login that it belongs to. */
  readonly mark: string
}

/** Takes up the login that the storage tells of. The storage holds no secret: only that somebody is logged in, as a mark of that login. */
export function createCookieSession(options: CookieSessionOptions): Session {
  const { storage, name, timing, pages, closing } = options
  const listeners = new Set<() => void>()
  const access = createAccess(options)
  let renewing: Promise<string | undefined> | undefined

  const tellAll = (): void => {
    listeners.forEach((listener) => listener())
  }

  function end(): void {
    const isIn = access.mark() !== null
    storage.removeItem(name)
    if (isIn) tellAll()
  }

  async function trade(spent: string | undefined): Promise<string | undefined> {
    const before = access.mark()
    const known = access.held()?.token
    if (before === null || known !== spent) return known
    try {
      const answer = await options.trade()
      if (access.mark() === before) access.keep(answer, before)
    } catch (error) {
      if (isRefusal(error) && access.mark() === before) {
        end()
        options.onLoggedOut(error)
      }
      throw error
    }
    return access.held()?.token
  }

  function renew(spent: string | undefined): Promise<string | undefined> {
    renewing ??= alone(name, () => trade(spent)).finally(() => (renewing = undefined))
    return renewing
  }

  /** Somebody has logged in or out on another page. */
  function look({ key }: Event & { readonly key?: string | null }): void {
    if (key === name || key === null) tellAll()
  }

  pages?.addEventListener('storage', look)
  closing.addEventListener('abort', () => pages?.removeEventListener('storage', look))
  return {
    isLoggedIn: () => access.mark() !== null,
    async token() {
      const now = access.held()
      const nowMs = timing.clock.now()
      if (access.mark() === null || (now !== undefined && nowMs < now.renewAtMs)) return now?.token
      try {
        return await renew(now?.token)
      } catch (error) {
        if (isRefusal(error) || now === undefined || nowMs >= now.endAtMs) throw error
        return now.token // good for a while yet
      }
    },
    renew,
    start(answer) {
      const fresh = `${timing.clock.now()}.${timing.random()}`
      storage.setItem(name, fresh)
      access.keep(answer, fresh)
      tellAll()
    },
    end,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The access token of the login that the storage tells of, as far as this page has it. */
function createAccess({
  storage,
  name,
  timing,
}: Pick<CookieSessionOptions, 'storage' | 'name' | 'timing'>) {
  let kept: Held | undefined
  const mark = (): string | null => storage.getItem(name)
  return {
    mark,
    held: (): Held | undefined => (kept?.mark === mark() ? kept : undefined),
    keep({ access_token: token, expires_in }: TokenAnswer, of: string): void {
      const lifeMs = expires_in * 1000
      const nowMs = timing.clock.now()
      kept = { token, renewAtMs: nowMs + lifeMs * RENEW_AT, endAtMs: nowMs + lifeMs, mark: of }
    },
  }
}
