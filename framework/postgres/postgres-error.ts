/** The one place where errors of PostgreSQL and of the way to it become ours. */

import { DatabaseError } from 'pg'

import {
  ConflictError,
  InternalError,
  InvalidError,
  ResourceError,
  UnavailableError,
} from '../errors.ts'

/** What was going on when the error came: reaching the server, or running a statement there. */
export type Phase = 'connect' | 'run'

/**
 * The error that a caller may be told of. Its message holds no SQL, value or name; what PostgreSQL said is its `cause`.
 * An error that is ours already comes back as it is.
 */
export function toResourceError(error: unknown, phase: Phase = 'run'): ResourceError {
  if (error instanceof ResourceError) return error
  if (isConnectionLoss(error) || isTurnedAway(error, phase)) return toUnavailable(error, phase)
  if (error instanceof DatabaseError) return fromSqlState(error)
  return new InternalError('The database gave an answer that could not be read.', { cause: error })
}

/** The SQLSTATE behind an error of ours or the driver's. */
export function sqlStateOf(error: unknown): string | undefined {
  return behind(error)?.code
}

/** The constraint that a write broke, so that a store can name its attributes. Never for a caller. */
export function constraintOf(error: unknown): string | undefined {
  return behind(error)?.constraint
}

/** Whether the same work may succeed when it is done again from its beginning. PostgreSQL has undone it. */
export function isRetriable(error: unknown): boolean {
  return isSerializationFailure(error) || isStaleStatement(error)
}

function behind(error: unknown): DatabaseError | undefined {
  const cause = error instanceof ResourceError ? error.cause : error
  return cause instanceof DatabaseError ? cause : undefined
}

function isSerializationFailure(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code === '40001' || code === '40P01'
}

/** Whether a named statement can't be run any more: its name is not known there, or `cached plan must not change result type` (known by its routine, whatever the language). */
export function isStaleStatement(error: unknown): boolean {
  const found = behind(error)
  return found?.code === '26000' || found?.routine === 'RevalidateCachedQuery'
}

/** Of pg itself, which gives these errors no code. */
const LOST =
  /^(Connection terminated|timeout e|Query read timeout|Client (has|was)|Cannot use a pool|The server does not)/
/** Codes of the operating system, `ECONNREFUSED`, but not Node's own, `ERR_…`. */
const SYSTEM_CODE = /^E(?!RR_)/
/** 08: connection exception (but 08P01 is a mistake of ours); 57P: shut down, crashed, starting; 25P03: idle in a transaction. */
const LOST_STATE = /^(08(?!P01)|57P|25P03)/

/** Whether an error of the driver means that the connection is gone, or was not made. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof DatabaseError) return LOST_STATE.test(error.code ?? '')
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return SYSTEM_CODE.test(code) || LOST.test(error.message)
}

/** Whether a database takes no connections for now (`allow_connections false`); to a statement 55000 says other things. */
function isTurnedAway(error: unknown, phase: Phase): boolean {
  return phase === 'connect' && error instanceof DatabaseError && error.code === '55000'
}

function toUnavailable(cause: unknown, phase: Phase): UnavailableError {
  return phase === 'connect'
    ? new UnavailableError(undefined, { cause })
    : new UnavailableError(OUTCOME_UNKNOWN, { cause })
}

/** The message of an error that leaves open whether a write happened. */
export const OUTCOME_UNKNOWN =
  'The database went away before it answered: whether this was done is not known.'

function fromSqlState(cause: DatabaseError): ResourceError {
  const code = cause.code ?? ''
  if (code === '23505')
    return new ConflictError('Another item has such a value already.', { cause })
  if (isBlockedByLink(cause)) return new ConflictError('Other items link to this one.', { cause })
  const invalid = invalidDetail(code)
  if (invalid !== undefined) return new InvalidError([{ pointer: '', detail: invalid }], { cause })
  const unavailable = unavailableMessage(code)
  if (unavailable !== undefined) return new UnavailableError(unavailable, { cause })
  return new InternalError('The database refused a statement.', { cause })
}

/** What PostgreSQL puts around a name, in whatever language it speaks. */
const QUOTES = /["«»„“”]/g

/**
 * 23503 has two sides with the same fields, and only the message tells them apart, in every language alike: a link that leads
 * nowhere names a table and its constraint, a row that others link to one table more. PostgreSQL 18 says 23001 for `on delete
 * restrict`.
 */
function isBlockedByLink({ code, message }: DatabaseError): boolean {
  if (code === '23001') return true
  const isTwoNames = message.match(QUOTES)?.length === 4
  return code === '23503' && !isTwoNames
}

const INVALID: ReadonlyMap<string, string> = new Map([
  ['22001', 'holds a value that is too long'],
  ['22003', 'holds a number that is out of range'],
  ['22007', 'holds a time that is not well-formed'],
  ['22008', 'holds a time that is out of range'],
  ['22021', 'holds a character that can not be kept'],
  ['22P02', 'holds a value that is not well-formed'],
  ['22P05', 'holds a character that can not be kept'],
  ['23502', 'lacks a value that it needs'],
  ['23503', 'links to an item that is not there'],
  ['23514', 'breaks a rule for its values'],
])

function invalidDetail(code: string): string | undefined {
  if (code.startsWith('22')) return INVALID.get(code) ?? 'holds a value that can not be used'
  if (code.startsWith('54')) return 'is too large or too deep'
  return INVALID.get(code)
}

function unavailableMessage(code: string): string | undefined {
  if (code === '57014') return 'The database took too long and gave up: nothing was done.'
  if (code === '55P03' || code.startsWith('40')) {
    return 'Others were changing the same: nothing was done. Try again soon.'
  }
  if (code === '25006') return 'The database takes no writes now. Try again soon.'
  return code.startsWith('53') ? 'The database is overloaded: nothing was done.' : undefined
}
