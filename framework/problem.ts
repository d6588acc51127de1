/** The one map from our errors to RFC 9457 problem details. */
import {
  InvalidError,
  ResourceError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
  type ErrorCode,
  type Fault,
} from './errors.ts'

/** What an error looks like at the rim. A new code does not compile without its row. */
export const PROBLEMS: Readonly<
  Record<
    ErrorCode,
    { readonly status: number; readonly title: string; readonly explanation: string }
  >
> = Object.freeze({
  invalid: {
    status: 400,
    title: 'Invalid input',
    explanation:
      'The request is malformed or breaks a limit of the resource. `errors` lists each fault with a pointer to it. Nothing was written.',
  },
  unauthenticated: {
    status: 401,
    title: 'Not logged in',
    explanation:
      'The operation needs a caller, and the request brought no token or one that is not good (any more). Log in, or refresh the token.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    explanation: 'You may read this, and you may not do what you asked to it.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    explanation: 'There is nothing under this address that you may read.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    explanation:
      'The write meets what others wrote: a unique value is taken, a link blocks the delete, or an Idempotency-Key was used with another body.',
  },
  stale: {
    status: 412,
    title: 'Precondition failed',
    explanation:
      'The item has changed since you read it, or does not match your precondition. Read it again.',
  },
  precondition_required: {
    status: 428,
    title: 'Precondition required',
    explanation: 'This resource takes updates and deletes only with an If-Match header.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    explanation: 'You ask faster than the server allows. Wait as long as Retry-After says.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    explanation:
      'Something that the server needs is away for the moment. Try again after Retry-After seconds.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    explanation: 'The server has a defect. It has been logged; nothing about it is told here.',
  },
})

/** An RFC 9457 problem, the body of every `application/problem+json` answer and of the socket's Error frames. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly errors?: readonly Fault[]
}

/** The path under which problem types are explained; `type` is this plus the code. */
export const PROBLEM_TYPE_BASE = '/problems/'

/**
 * Turns anything thrown into a problem. What is not a `ResourceError` becomes `internal` without detail, so that
 * no message of a library or a database reaches a caller.
 */
export function toProblem(error: unknown, instance?: string): Problem {
  const code = errorCodeOf(error)
  const { status, title } = PROBLEMS[code]
  return {
    type: PROBLEM_TYPE_BASE + code,
    title,
    status,
    ...(error instanceof ResourceError && code !== 'internal' ? { detail: error.message } : {}),
    ...(instance === undefined ? {} : { instance }),
    ...faultsOf(error),
  }
}

function faultsOf(error: unknown): Pick<Problem, 'errors'> {
  if (error instanceof InvalidError) return { errors: error.faults }
  const isTold = error instanceof UnauthenticatedError && error.faults.length > 0
  return isTold ? { errors: error.faults } : {}
}

/** A problem for a status without a code of ours (405, 413, 414, 415, 431); RFC 9457 §4.2.1 gives it `about:blank`. */
export function toBlankProblem(status: number, title: string, instance?: string): Problem {
  const detail = BLANK_DETAILS[status]
  return {
    type: 'about:blank',
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(instance === undefined ? {} : { instance }),
  }
}

/** What was wrong, and what to do, where the status alone says it. */
const BLANK_DETAILS: Readonly<Record<number, string>> = Object.freeze({
  405: 'The path takes other methods: see Allow.',
  408: 'The request took too long to arrive.',
  413: 'The body is larger than the server takes.',
  414: 'The address is longer than the server takes.',
  415: 'Send the content type that the operation takes, in UTF-8 and not compressed.',
  426: 'Ask for an upgrade to a websocket of version 13.',
  431: 'The headers are larger than the server takes.',
})

/** The code of anything thrown. */
export function errorCodeOf(error: unknown): ErrorCode {
  return error instanceof ResourceError ? error.code : 'internal'
}

/** Seconds a caller should wait before it tries again, where the error says so. */
export function retryAfterSecondsOf(error: unknown): number | undefined {
  if (error instanceof TooManyRequestsError || error instanceof UnavailableError) {
    return error.retryAfterSeconds
  }
  return undefined
}
