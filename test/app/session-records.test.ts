/** Holds session-records.ts to the contract, on the database of this run. */
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'tap'
import { all } from '../../app/resources/all.ts'
import { UnavailableError } from '../../framework/index.ts'
import { sessionRecordsContract } from '../contracts/session-records.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores } from '../kit/stores.ts'

test('records of sessions in the table', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const { records } = sessionParts({ store })
  await sessionRecordsContract(t, async () => {
    await store('session').deleteAll({ kind: 'all' })
    return { records, newId: randomUUIDv7, subject: key }
  })
})

test('a session is shown as it was last used, and when', async (t) => {
  const { store } = await openTestStores(t, all)
  const { key: subject } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const { records } = sessionParts({ store })
  const [id, digest, next] = [randomUUIDv7(), 'a'.repeat(43), 'b'.repeat(43)]
  const shown = async () => (await store('session').readOrThrow(id)).item
  await records.insert({ id, subject, familyDigest: digest, digest, expiresAtMs: 1 }, undefined)
  const made = await shown()
  t.match(made, { device: 'unknown', address: 'unknown', last_used_at: made.created_at })
  const client = { address: '192.0.2.7', userAgent: 'curl/8.5.0' }
  await records.rotate({ id, digest, nextDigest: next, expiresAtMs: 2, client })
  const used = await shown()
  t.match(used, { device: 'curl', address: '192.0.2.7', created_at: made.created_at })
  t.ok(used.last_used_at > made.last_used_at)
  await records.rotate({ id, digest: next, nextDigest: digest, expiresAtMs: 2, client: undefined })
  t.match(
    await shown(),
    { device: 'curl', address: '192.0.2.7' },
    'what is not known changes nothing',
  )
})

test('a database that is away is told as such, not as a session that has ended', async (t) => {
  const { store, database } = await openTestStores(t, all)
  const { records } = sessionParts({ store })
  await database.close()
  const id = randomUUIDv7()
  await t.rejects(records.isOpen(id, 0), UnavailableError)
  await t.rejects(records.remove(id, { reason: 'closed', client: undefined }), UnavailableError)
  await t.rejects(
    records.rotate({
      id,
      digest: 'a'.repeat(43),
      nextDigest: 'b'.repeat(43),
      expiresAtMs: 1,
      client: undefined,
    }),
    UnavailableError,
  )
})
