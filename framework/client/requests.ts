/** Sends HTTP requests: with the caller's token, again where that is safe, and every refusal as one kind of error. */
import { isPassing, ProblemError, toProblemError, unreachable } from './problem-error.ts'
import type { Session } from './session.ts'
import { pause, retryMs, type Timing } from './timing.ts'

/** One request. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the server's root, names in it encoded. */
  readonly path: string
  readonly query?: [string, string][]
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Whether sending it twice does what sending it once does: then it is sent again when the answer is lost. Default false. */
  readonly isRepeatable?: boolean
  /** Brings no token. */
  readonly isAnonymous?: boolean
  readonly signal?: AbortSignal | undefined
}

/** The answer to a request that succeeded. */
export interface Answer {
  readonly body: unknown
  readonly etag: string | undefined
}

/** Sends a request. @throws ProblemError, or the reason of the signal that aborted it */
export type Send = (request: Request) => Promise<Answer>

/** What {@link createSend} needs. */
export interface SendOptions {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  readonly timing: Timing
  /** Asked for the token of each request. */
  readonly session: () => Session
  /** Aborts all. */
  readonly closing: AbortSignal
}

const MAX_ATTEMPTS = 5
/** An answer that takes longer is taken for lost. */
const TIMEOUT_MS = 30_000
/** Who would have to wait longer is told instead. */
const MAX_WAIT_MS = 60_000

/** Makes the sender of a client. */
export function createSend(options: SendOptions): Send {
  const { timing, closing } = options
  return async (request) => {
    const session = options.session()
    const signal = AbortSignal.any(request.signal ? [closing, request.signal] : [closing])
    let isRenewed = false
    for (let attempt = 0; ;) {
      signal.throwIfAborted()
      try {
        const token = request.isAnonymous === true ? undefined : await session.token()
        try {
          return await sendOnce(request, { ...options, token, signal })
        } catch (error) {
          if (token === undefined || isRenewed || statusOf(error) !== 401) throw error
          isRenewed = true
          await session.renew(token)
        }
      } catch (error) {
        signal.throwIfAborted()
        const isWorthIt = request.isRepeatable === true && isPassing(error)
        const waitMs = retryMs(attempt++, timing, error)
        if (!isWorthIt || attempt === MAX_ATTEMPTS || waitMs > MAX_WAIT_MS) throw error
        await pause(waitMs, timing, signal)
      }
    }
  }
}

interface Attempt extends SendOptions {
  readonly token: string | undefined
  readonly signal: AbortSignal
}

async function sendOnce(
  request: Request,
  { timing, signal, ...attempt }: Attempt,
): Promise<Answer> {
  const slow = new AbortController()
  const cancel = timing.clock.after(TIMEOUT_MS, () => slow.abort())
  try {
    const { fetch } = attempt // as a method of our own object a browser would refuse to run it
    const response = await fetch(urlOf(attempt.url, request), {
      method: request.method,
      headers: headersOf(request, attempt.token),
      signal: AbortSignal.any([signal, slow.signal]),
      body: JSON.stringify(request.body), // undefined stays undefined
    })
    const body = parseBody(await response.text())
    if (response.ok) return { body, etag: response.headers.get('etag') ?? undefined }
    const retryAfterMs = retryAfterOf(response.headers)
    throw toProblemError(response.status, body, { title: response.statusText, retryAfterMs })
  } catch (error) {
    if (error instanceof ProblemError || signal.aborted) throw error
    const detail = slow.signal.aborted
      ? 'The server did not answer in time.'
      : 'The server can’t be reached.'
    throw unreachable(detail, { cause: error })
  } finally {
    cancel()
  }
}

function urlOf(url: string, { path, query = [] }: Request): string {
  const parameters = new URLSearchParams(query).toString()
  return url + path + (parameters && `?${parameters}`)
}

function headersOf({ headers, body }: Request, token: string | undefined): [string, string][] {
  return definedIn({
    accept: 'application/json',
    'content-type': body === undefined ? undefined : 'application/json',
    authorization: token && `Bearer ${token}`,
    ...headers,
  })
}

/** The members that are there. */
export function definedIn(
  members: Readonly<Record<string, string | number | boolean | undefined>>,
): [string, string][] {
  const there = Object.entries(members).filter(([, value]) => (value ?? '') !== '')
  return there as [string, string][] // whoever takes them makes them texts
}

/** No body is undefined. What is no JSON comes from something between us and the server; the status tells enough of it. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Seconds, as our server writes it; a date (RFC 9110 §10.2.3) is left to the backoff. */
function retryAfterOf(headers: Headers): number | undefined {
  return Number(headers.get('retry-after')) * 1000 || undefined
}

function statusOf(error: unknown): number | undefined {
  return (error as Partial<ProblemError>).status // of whatever was thrown
}
