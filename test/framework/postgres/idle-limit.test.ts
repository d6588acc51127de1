/** A transaction that falls silent. */

import t from 'tap'

import { UnavailableError } from '../../../framework/errors.ts'
import type { Statement } from '../../../framework/postgres/database.ts'
import { withIdleLimit } from '../../../framework/postgres/idle-limit.ts'
import { command } from '../../../framework/postgres/run-transaction.ts'

/** A connection that keeps what it was told. */
function recordingConnection(reply: () => Promise<void> = async () => undefined) {
  const texts: string[] = []
  const connection = {
    async query({ text }: Statement) {
      texts.push(text)
      await reply()
      return { columns: [], rows: [], rowCount: 0, command: '' }
    },
    isUsable: () => true,
  }
  return { texts, connection }
}

t.test('silence rolls back, makes room and refuses what comes later', async (t) => {
  const { texts, connection } = recordingConnection()
  const expiry = Promise.withResolvers<undefined>()
  const limited = withIdleLimit(connection, {
    idleMs: 20,
    onExpiry: () => expiry.resolve(undefined),
  })
  await limited.query(command('begin'))
  t.ok(limited.isUsable())
  await expiry.promise
  t.same(texts, ['begin', 'rollback'])
  t.notOk(limited.isUsable())
  await t.rejects(limited.query(command('insert')), UnavailableError)
  t.same(texts, ['begin', 'rollback'])
})

t.test('a statement under way is not silence, and neither is the end', async (t) => {
  let expiries = 0
  const waiting = Promise.withResolvers<undefined>()
  const { texts, connection } = recordingConnection(() => waiting.promise)
  const limited = withIdleLimit(connection, { idleMs: 10, onExpiry: () => (expiries += 1) })
  const slow = limited.query(command('slow'))
  const clock = recordingConnection()
  const elsewhere = Promise.withResolvers<undefined>()
  const other = withIdleLimit(clock.connection, {
    idleMs: 30,
    onExpiry: () => elsewhere.resolve(undefined),
  })
  await other.query(command('begin'))
  await elsewhere.promise
  waiting.resolve(undefined)
  await slow
  limited.release()
  t.same(texts, ['slow'])
  t.equal(expiries, 0)
})
