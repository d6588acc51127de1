/** When a connection may go back to the pool. */

import { DatabaseError, type PoolClient } from 'pg'
import t from 'tap'

import { InternalError, UnavailableError } from '../../../framework/errors.ts'
import { createPgConnection } from '../../../framework/postgres/pg-connection.ts'
import type { PgQuery } from '../../../framework/postgres/pg-query.ts'
import { OUTCOME_UNKNOWN } from '../../../framework/postgres/postgres-error.ts'
import { command } from '../../../framework/postgres/run-transaction.ts'

/** A connection whose statements all fail with `error`, and how it was released. */
function failing(error: Error) {
  const released: unknown[] = []
  let sent = 0
  const client = {
    query(query: PgQuery) {
      sent += 1
      queueMicrotask(() => query.handleError(error))
    },
    release: (isSpoiled: unknown) => void released.push(isSpoiled),
  }
  const connection = createPgConnection(client as unknown as PoolClient)
  return { connection, released, sent: () => sent }
}

function sqlState(code: string, routine?: string): DatabaseError {
  return Object.assign(new DatabaseError('', 0, 'error'), { code, routine })
}

const NAMED = { ...command('select 1'), name: 'one' }

t.test('it goes back after an error of the statement', async (t) => {
  for (const error of [sqlState('23505'), sqlState('40001'), sqlState('57014')]) {
    const { connection, released } = failing(error)
    await t.rejects(connection.query(NAMED))
    t.ok(connection.isUsable())
    connection.release()
    t.same(released, [false], error.code ?? '')
  }
})

t.test('it does not go back with a named statement that can not be run', async (t) => {
  const spoiling = [
    sqlState('26000'),
    sqlState('0A000', 'RevalidateCachedQuery'),
    sqlState('42P01'),
  ]
  for (const error of spoiling) {
    const { connection, released } = failing(error)
    await t.rejects(connection.query(NAMED))
    t.ok(connection.isUsable(), 'to roll back')
    connection.release()
    t.same(released, [true], error.code ?? '')
  }
  const { connection, released } = failing(sqlState('42P01'))
  await t.rejects(connection.query(command('select')), InternalError)
  connection.release()
  t.same(released, [false])
})

t.test('once lost it sends nothing more', async (t) => {
  for (const error of [new Error('Query read timeout'), sqlState('57P01')]) {
    const { connection, released, sent } = failing(error)
    await t.rejects(connection.query(NAMED), UnavailableError)
    t.notOk(connection.isUsable())
    await t.rejects(connection.query(NAMED), UnavailableError)
    await t.rejects(connection.runScript('select 1'), UnavailableError)
    t.equal(sent(), 1)
    connection.release()
    t.same(released, [true])
  }
})

t.test(
  'a statement that is not answered in time is given up, and the connection with it',
  async (t) => {
    const released: unknown[] = []
    const client = {
      query: () => undefined,
      release: (isSpoiled: unknown) => void released.push(isSpoiled),
    }
    const connection = createPgConnection(client as unknown as PoolClient)
    connection.look(0)
    t.ok(connection.isUsable(), 'nothing is under way')
    const refused = t.rejects(connection.query(NAMED), new UnavailableError(OUTCOME_UNKNOWN))
    connection.look(2)
    connection.look(2)
    t.ok(connection.isUsable(), 'it is not yet late')
    connection.look(2)
    await refused
    t.notOk(connection.isUsable())
    connection.release()
    t.same(released, [true])
  },
)
