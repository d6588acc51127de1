/** Every error a caller or a developer can meet, each with a code from one closed union. Errors know no HTTP. */

/** The word that names a failure on every wire: in problems, batch results and socket frames. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'precondition_required'
  | 'too_many_requests'
  | 'unavailable'
  | 'internal'

/** One fault of one input. `pointer` is an RFC 6901 JSON pointer into the body, or `?name` for a query parameter. */
export interface Fault {
  readonly pointer: string
  readonly detail: string
}

/** Base of all errors a caller may be told of. Its message is safe to show to the caller. */
export abstract class ResourceError extends Error {
  abstract readonly code: ErrorCode
}

/** The input is malformed or breaks a declared limit. Nothing was written. */
export class InvalidError extends ResourceError {
  override readonly name = 'InvalidError'
  readonly code = 'invalid'
  readonly faults: readonly Fault[]

  /** What of a fault is too long to be of use is cut: names that a stranger made up come back in it. */
  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    const short = faults.map(({ pointer, detail }) => ({
      pointer: cut(pointer),
      detail: cut(detail),
    }))
    super(short.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; '), options)
    this.faults = short
  }
}

/** Longest pointer or detail that is told. */
const MAX_FAULT_LENGTH = 300

function cut(text: string): string {
  return text.length <= MAX_FAULT_LENGTH
    ? text
    : `${text.slice(0, MAX_FAULT_LENGTH).toWellFormed()}…`
}

/** There is no caller, or its credentials are not good. */
export class UnauthenticatedError extends ResourceError {
  override readonly name = 'UnauthenticatedError'
  readonly code = 'unauthenticated'
  /** What of the credentials is missing or not good, where that may be told; else empty. */
  readonly faults: readonly Fault[]

  constructor(
    message = 'Log in to do this.',
    options?: ErrorOptions & { readonly faults?: readonly Fault[] },
  ) {
    super(message, options)
    this.faults = options?.faults ?? []
  }
}

/** The caller sees the row and may not do this to it. */
export class ForbiddenError extends ResourceError {
  override readonly name = 'ForbiddenError'
  readonly code = 'forbidden'

  constructor(message = 'You may not do this.', options?: ErrorOptions) {
    super(message, options)
  }
}

/** The row is absent, or the caller may not read it: the two are told alike. */
export class NotFoundError extends ResourceError {
  override readonly name = 'NotFoundError'
  readonly code = 'not_found'

  constructor(message = 'There is nothing here.', options?: ErrorOptions) {
    super(message, options)
  }
}

/** The write meets a constraint that other rows hold: a unique value is taken, a link blocks a delete. */
export class ConflictError extends ResourceError {
  override readonly name = 'ConflictError'
  readonly code = 'conflict'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
  }
}

/** A precondition (`If-Match` or a filter) does not hold for the row as it is now. */
export class StaleError extends ResourceError {
  override readonly name = 'StaleError'
  readonly code = 'stale'

  constructor(message = 'The item is not as your precondition expects.', options?: ErrorOptions) {
    super(message, options)
  }
}

/** The resource takes writes only with `If-Match` (RFC 6585 §3). */
export class PreconditionRequiredError extends ResourceError {
  override readonly name = 'PreconditionRequiredError'
  readonly code = 'precondition_required'

  constructor(message = 'Send If-Match with the ETag that you last read.', options?: ErrorOptions) {
    super(message, options)
  }
}

/** The caller asks too often, or the queue for an expensive operation is full. */
export class TooManyRequestsError extends ResourceError {
  override readonly name = 'TooManyRequestsError'
  readonly code = 'too_many_requests'
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number, message = 'Too many requests.', options?: ErrorOptions) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Something the server needs is away. The write did not happen, unless the message says that its outcome is not known. */
export class UnavailableError extends ResourceError {
  override readonly name = 'UnavailableError'
  readonly code = 'unavailable'
  readonly retryAfterSeconds: number

  constructor(
    message = 'The database is away. Try again soon.',
    options?: ErrorOptions & { readonly retryAfterSeconds?: number },
  ) {
    super(message, options)
    this.retryAfterSeconds = options?.retryAfterSeconds ?? 1
  }
}

/** A defect of the server. Its message and cause are logged, never shown. */
export class InternalError extends ResourceError {
  override readonly name = 'InternalError'
  readonly code = 'internal'
}

/** The developer's mistake in a declaration or configuration: met at start, names what is wrong and the mend, never reaches HTTP. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError'
}
