/** Which error of PostgreSQL, the driver or the network becomes which of ours. */

import { DatabaseError } from 'pg'
import t from 'tap'

import {
  ConflictError,
  InternalError,
  InvalidError,
  NotFoundError,
  UnavailableError,
} from '../../../framework/errors.ts'
import {
  constraintOf,
  isConnectionLoss,
  isRetriable,
  isStaleStatement,
  OUTCOME_UNKNOWN,
  sqlStateOf,
  toResourceError,
} from '../../../framework/postgres/postgres-error.ts'

function databaseError(code: string, fields: Partial<DatabaseError> = {}): DatabaseError {
  return Object.assign(new DatabaseError('secret', 6, 'error'), { code }, fields)
}

const CLASSES = [
  { type: InvalidError, codes: ['22000', '22001', '22P02', '22021', '23502', '23514', '54001'] },
  { type: ConflictError, codes: ['23505', '23001', '23503'] },
  {
    type: UnavailableError,
    codes: [
      ...['40001', '40P01', '53100', '53300', '55P03', '57014', '57P01', '57P03', '08000', '08006'],
      ...['25006', '25P03'],
    ],
  },
  {
    type: InternalError,
    codes: ['42601', '42P01', '42501', '26000', '25P02', '0A000', '08P01', 'XX000', 'P0001'],
  },
]

t.test('a SQLSTATE decides', async (t) => {
  for (const { type, codes } of CLASSES) {
    for (const code of codes) {
      const cause = databaseError(code)
      const error = toResourceError(cause)
      t.type(error, type, code)
      t.equal(error.cause, cause)
      t.equal(sqlStateOf(error), code)
      t.notMatch(error.message, 'secret')
    }
  }
})

t.test('a broken link is a conflict on the one side, an invalid input on the other', async (t) => {
  const missing = databaseError('23503', {
    detail: 'Key (author_id)=(x) is not present in table "user".',
    constraint: 'message_author_id_fkey',
  })
  const blocked = databaseError('23503', {
    detail: 'Key (id)=(x) is still referenced from table "message".',
  })
  t.type(toResourceError(missing), InvalidError)
  t.equal(constraintOf(toResourceError(missing)), 'message_author_id_fkey')
  t.type(toResourceError(blocked), ConflictError)
})

const LOSSES = [
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
  Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
  new Error('Connection terminated unexpectedly'),
  new Error('Connection terminated due to connection timeout'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Query read timeout'),
  new Error('Client has encountered a connection error and is not queryable'),
  databaseError('57P01'),
]

t.test('a lost connection leaves the outcome open once a statement was sent', async (t) => {
  for (const loss of LOSSES) {
    t.ok(isConnectionLoss(loss), loss.message)
    t.match(toResourceError(loss), { code: 'unavailable', message: OUTCOME_UNKNOWN, cause: loss })
    t.not(toResourceError(loss, 'connect').message, OUTCOME_UNKNOWN)
    t.type(toResourceError(loss, 'connect'), UnavailableError)
  }
})

t.test('an error that is ours already stays, and a defect is one', async (t) => {
  const ours = new NotFoundError()
  t.equal(toResourceError(ours), ours)
  const defects = [
    new TypeError('x is not a function'),
    Object.assign(new Error('a'), { code: 'ERR_X' }),
    'thrown',
  ]
  for (const defect of defects) {
    t.notOk(isConnectionLoss(defect))
    t.type(toResourceError(defect), InternalError)
    t.equal(sqlStateOf(toResourceError(defect)), undefined)
  }
})

t.test('what PostgreSQL undid for the sake of others may be done again', async (t) => {
  const stale = databaseError('0A000', { routine: 'RevalidateCachedQuery' })
  for (const error of [databaseError('40001'), databaseError('40P01'), stale]) {
    t.ok(isRetriable(error))
    t.ok(isRetriable(toResourceError(error)))
  }
  t.ok(isStaleStatement(databaseError('26000')))
  for (const code of ['0A000', '23505', '57P01']) t.notOk(isRetriable(databaseError(code)))
  t.notOk(isRetriable(new UnavailableError()))
})
