/** The one error of the client: a problem that the server told, or that it can't be reached. */
import type { ErrorCode, Fault } from '../errors.ts'
import type { Problem } from '../problem.ts'

/** Options of a {@link ProblemError}. */
export interface ProblemErrorOptions extends ErrorOptions {
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number | undefined
}

/** An RFC 9457 problem. Its message is the detail, or the title when there is none. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** The word of the error union; undefined for what has none, such as a body that is too large. */
  declare readonly code: ErrorCode | undefined
  /** 0 when the server could not be reached, or its answer did not arrive. */
  declare readonly status: number
  declare readonly type: string
  declare readonly title: string
  declare readonly detail: string | undefined
  /** Each fault of the input, for `invalid`. */
  declare readonly errors: readonly Fault[]
  declare readonly retryAfterMs: number | undefined

  constructor(
    { type = 'about:blank', title = 'Error', status = 0, detail, errors = [] }: Partial<Problem>,
    { retryAfterMs, ...options }: ProblemErrorOptions = {},
  ) {
    super(detail ?? title, options)
    Object.assign(this, { code: codeOf(type), status, type, title, detail, errors, retryAfterMs })
  }
}

/** Problem types are `/problems/<code>`; only the server gives them, so its word is taken. */
function codeOf(type: string): ErrorCode | undefined {
  return /\/problems\/(\w+)$/.exec(type)?.[1] as ErrorCode | undefined
}

/** That the server can't be reached, or its answer did not arrive: what was asked may have been done. */
export function unreachable(detail: string, options: ProblemErrorOptions = {}): ProblemError {
  return new ProblemError({ type: '/problems/unavailable', title: 'Unavailable', detail }, options)
}

/** What the server refuses without a problem of its own: by ending a socket or a subscription. */
export function refusal(status: number, title: string): ProblemError {
  return new ProblemError({ type: `/problems/${CODES[status] ?? ''}`, status, title })
}

const CODES: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  429: 'too_many_requests',
}

/** A problem from what the server sent, which may be anything: a gateway may have answered. */
export function toProblemError(
  status: number,
  body: unknown,
  options: ProblemErrorOptions & { readonly title?: string } = {},
): ProblemError {
  const told = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {}
  const title = options.title || `Status ${status}`
  return new ProblemError({ title, ...told, status }, options)
}

/** Whether it may go better in a while: the server, or what it needs, is away. */
export function isPassing(error: unknown): boolean {
  return error instanceof ProblemError && PASSING.has(error.status)
}

const PASSING: ReadonlySet<number> = new Set([0, 502, 503, 504])
