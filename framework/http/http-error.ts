/** Errors that only HTTP knows: statuses without a code of ours, and further members of a problem. */
import { STATUS_CODES } from 'node:http'
import type { ResourceError } from '../errors.ts'

/** Answered with a problem of the type `about:blank` (RFC 9457 §4.2.1). Its message is the title. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  /** Headers of the answer, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, headers: Readonly<Record<string, string>> = {}) {
    super(titleOf(status))
    this.status = status
    this.headers = headers
  }
}

/** An error of ours whose problem has members of its own besides (RFC 9457 §3.2). */
export class ExtendedError extends Error {
  override readonly name = 'ExtendedError'
  readonly error: ResourceError
  readonly members: Readonly<Record<string, string>>

  constructor(error: ResourceError, members: Readonly<Record<string, string>>) {
    super(error.message, { cause: error })
    this.error = error
    this.members = members
  }
}

/** The phrase of a status. */
export function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}
