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

/** The two sides of a broken link, as servers say them by their `lc_messages`. */
const BROKEN_LINKS: readonly (readonly [language: string, missing: string, blocked: string])[] = [
  [
    'en',
    'insert or update on table "post" violates foreign key constraint "post_author_id_fkey"',
    'update or delete on table "user" violates foreign key constraint "post_author_id_fkey" on table "post"',
  ],
  [
    'de',
    'Einfügen oder Aktualisieren in Tabelle »post« verletzt Fremdschlüssel-Constraint »post_author_id_fkey«',
    'Aktualisieren oder Löschen in Tabelle »user« verletzt Fremdschlüssel-Constraint »post_author_id_fkey« von Tabelle »post«',
  ],
  [
    'fr',
    "l'insertion sur la table « post » viole la contrainte de clé\nétrangère « post_author_id_fkey »",
    'UPDATE ou DELETE sur la table « user » viole la contrainte de clé étrangère « post_author_id_fkey » de la table « post »',
  ],
  [
    'es',
    'inserción o actualización en la tabla «post» viola la llave foránea «post_author_id_fkey»',
    'update o delete en «user» viola la llave foránea «post_author_id_fkey» en la tabla «post»',
  ],
  [
    'ja',
    'テーブル"post"への挿入、更新は外部キー制約"post_author_id_fkey"に違反しています',
    'テーブル"user"の更新または削除は、テーブル"post"の外部キー制約"post_author_id_fkey"に違反します',
  ],
]

t.test('a broken link is a conflict on the one side, an invalid input on the other', async (t) => {
  for (const [language, missing, blocked] of BROKEN_LINKS) {
    const fields = { table: 'post', constraint: 'post_author_id_fkey' }
    const invalid = toResourceError(databaseError('23503', { message: missing, ...fields }))
    t.type(invalid, InvalidError, language)
    t.equal(constraintOf(invalid), 'post_author_id_fkey')
    const conflict = toResourceError(databaseError('23503', { message: blocked, ...fields }))
    t.type(conflict, ConflictError, language)
  }
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

t.test('a database that takes no connections is away', async (t) => {
  t.type(toResourceError(databaseError('55000'), 'connect'), UnavailableError)
  t.type(toResourceError(databaseError('55000')), InternalError)
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
