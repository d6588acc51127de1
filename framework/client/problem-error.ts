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
  readonly code: ErrorCode | undefined
  /** 0 when the server could not be reached, or its answer did not arrive. */
  readonly status: number
  readonly type: string
  readonly title: string
  readonly detail: string | undefined
  /** Each fault of the input, for `invalid`. */
  readonly errors: readonly Fault[]
  readonly retryAfterMs: number | undefined

  constructor(
    { type = 'about:blank', title = 'Error', status = 0, detail, errors = [] }: Partial<Problem>,
    options: ProblemErrorOptions = {},
  ) {
    super(detail ?? title, options)
    this.code = codeOf(type)
    this.status = status
    this.type = type
    this.title = title
    this.detail = detail
    this.errors = errors
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Problem types are `/problems/<code>`; only the server gives them, so its word is taken. */
function codeOf(type: string): ErrorCode | undefined {
  return /\/problems\/(\w+)$/.exec(type)?.[1] as ErrorCode | undefined
}

/** That the server can't be reached, or its answer did not arrive: what was asked may have been done. */
export function unreachable(detail: string, options: ProblemErrorOptions = {}): ProblemError {
  const problem = { type: '/problems/unavailable', title: 'Unavailable', status: 0, detail }
  return new ProblemError(problem, options)
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
