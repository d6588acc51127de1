/** Holds session-records.ts to the contract, on the database of this run. */
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { createSessionRecords } from '../../app/session-records.ts'
import { UnavailableError } from '../../framework/index.ts'
import { sessionRecordsContract } from '../contracts/session-records.ts'
import { openTestStores } from '../kit/stores.ts'

test('records of sessions in the table', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key } = await store('user').create({ username: 'tim', password_digest: 'x' })
  await sessionRecordsContract(t, async () => {
    await store('session').deleteAll({ kind: 'all' })
    return { records: createSessionRecords(store('session')), newId: randomUUIDv7, subject: key }
  })
})

test('a database that is away is told as such, not as a session that has ended', async (t) => {
  const { store, database } = await openTestStores(t, all)
  const records = createSessionRecords(store('session'))
  await database.close()
  const id = randomUUIDv7()
  await t.rejects(records.isOpen(id, 0), UnavailableError)
  await t.rejects(records.remove(id), UnavailableError)
  await t.rejects(
    records.rotate({ id, digest: 'a'.repeat(43), nextDigest: 'b'.repeat(43), expiresAtMs: 1 }),
    UnavailableError,
  )
})
