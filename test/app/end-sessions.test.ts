/** Tests end-sessions.ts on the database of this run. */
import { randomUUIDv7 } from 'node:crypto'
import t from 'tap'
import { endSessions } from '../../app/end-sessions.ts'
import { all } from '../../app/resources/all.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores } from '../kit/stores.ts'

const { store, transactions } = await openTestStores(t, all)
const { sessions, records } = sessionParts({ store })

async function made(username: string, count: number) {
  const { key } = await store('user').create({ username, password_digest: 'x' })
  const ids = Array.from({ length: count }, (): string => randomUUIDv7())
  for (const id of ids) {
    const digest = id.padEnd(43, 'x')
    const session = { id, subject: key, familyDigest: digest, digest, expiresAtMs: Date.now() }
    await records.insert(session, undefined)
  }
  return { user: key, ids }
}

const left = async () => (await sessions.search({ limit: 100 })).results.map(({ key }) => key)

t.test('all sessions of a user end but the one that goes on, and those of no other', async (t) => {
  const [tim, ann] = [await made('tim', 150), await made('ann', 2)]
  const [except = ''] = tim.ids
  const ended = await transactions.transaction((transaction) =>
    endSessions(sessions, { user: tim.user, except, transaction }),
  )
  t.same(ended.toSorted(), tim.ids.slice(1).toSorted())
  t.same((await left()).toSorted(), [except, ...ann.ids].toSorted())
  await transactions.transaction((transaction) => endSessions(sessions, { user: tim.user, transaction })) // prettier-ignore
  t.same((await left()).toSorted(), ann.ids.toSorted())
})

t.test('they end with the transaction, or not at all', async (t) => {
  const { user, ids } = await made('bob', 2)
  const undone = transactions.transaction(async (transaction) => {
    await endSessions(sessions, { user, transaction })
    throw new RangeError('undone')
  })
  await t.rejects(undone, RangeError)
  t.same((await left()).filter((key) => ids.includes(key)).length, 2)
})
