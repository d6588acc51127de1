/** The frame of a transaction, where the contract of a database can't reach: a connection that fails. */

import t from 'tap'

import { ConflictError, InternalError, UnavailableError } from '../../../framework/errors.ts'
import type { Statement } from '../../../framework/postgres/database.ts'
import {
  command,
  createTransactionScope,
  runTransaction,
} from '../../../framework/postgres/run-transaction.ts'

/** A connection that answers each text with its first word in capitals, or as `replies` say. */
function scripted(replies: Readonly<Record<string, string | Error>> = {}) {
  const texts: string[] = []
  let isUsable = true
  const connection = {
    async query({ text }: Statement) {
      texts.push(text)
      const reply = replies[text]
      if (reply instanceof Error) {
        isUsable = false
        throw reply
      }
      const [word = ''] = text.toUpperCase().split(' ')
      return { columns: [], rows: [], rowCount: 0, command: reply ?? word }
    },
    isUsable: () => isUsable,
  }
  return { texts, connection }
}

const BEGIN = 'begin isolation level read committed read write'

t.test('a transaction begins, works and commits', async (t) => {
  const { texts, connection } = scripted()
  const work = async () => 'result'
  t.equal(await runTransaction(connection, work), 'result')
  await runTransaction(connection, work, { isolation: 'repeatable read', isReadOnly: true })
  t.same(texts, [BEGIN, 'commit', 'begin isolation level repeatable read read only', 'commit'])
})

t.test('a COMMIT that is answered with ROLLBACK, or not at all, is no success', async (t) => {
  const work = async () => undefined
  const rolledBack = scripted({ commit: 'ROLLBACK' })
  await t.rejects(runTransaction(rolledBack.connection, work), UnavailableError)
  const loss = new UnavailableError('not known')
  const lost = scripted({ commit: loss })
  t.equal(await t.rejects(runTransaction(lost.connection, work)), loss)
  t.same(lost.texts, [BEGIN, 'commit'])
})

t.test('a failure rolls back, unless the connection is gone', async (t) => {
  const failure = new ConflictError('mine')
  const work = async () => Promise.reject(failure)
  const sound = scripted()
  t.equal(await t.rejects(runTransaction(sound.connection, work)), failure)
  t.same(sound.texts, [BEGIN, 'rollback'])

  const lost = scripted({ write: new UnavailableError() })
  await t.rejects(
    runTransaction(lost.connection, ({ query }) => query(command('write'))),
    UnavailableError,
  )
  t.same(lost.texts, [BEGIN, 'write'])
})

t.test('ROLLBACK waits for statements that nobody waits for', async (t) => {
  const { texts, connection } = scripted()
  const left: Promise<unknown>[] = []
  await t.rejects(
    runTransaction(connection, async ({ query }) => {
      left.push(query(command('a')), query(command('b')))
      throw new ConflictError('mine')
    }),
  )
  t.same(texts, [BEGIN, 'a', 'b', 'rollback'])
  await Promise.all(left)
})

t.test('a scope knows its inside until the work has ended', async (t) => {
  const scope = createTransactionScope()
  const other = createTransactionScope()
  const later = Promise.withResolvers<undefined>()
  let leftBehind: Promise<void> | undefined
  scope.assertOutside()
  await scope.run(async () => {
    t.throws(() => scope.assertOutside(), InternalError)
    other.assertOutside()
    leftBehind = later.promise.then(() => scope.assertOutside())
  })
  later.resolve(undefined)
  await t.resolves(leftBehind ?? Promise.reject(new InternalError('none')))
})
