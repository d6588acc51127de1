/** Tests change-password.ts over real stores: what happens when several things do at a time. */
import { randomUUIDv7 } from 'node:crypto'
import t from 'tap'
import { changePassword } from '../../app/change-password.ts'
import { all } from '../../app/resources/all.ts'
import { createPasswords, type Transactions } from '../../framework/index.ts'
import { outcomeOf } from '../kit/chat.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores } from '../kit/stores.ts'

const OLD = 'a quiet green lamp'
const NEW = 'no loud red chair'
const passwords = createPasswords()
const { store } = await openTestStores(t, all)
const users = store('user')
const { sessions: sessionStore, records, log } = sessionParts({ store })

async function made(username: string): Promise<string> {
  const password_digest = await passwords.hash(OLD)
  return (await users.create({ username, password_digest })).key
}

async function open(subject: string): Promise<string> {
  const id: string = randomUUIDv7()
  const digest = id.padEnd(43, 'x')
  await records.insert({ id, subject, familyDigest: digest, digest, expiresAtMs: 1e12 }, undefined)
  return id
}

const digestOf = async (user: string) => (await users.unsafeReadSecrets(user))?.password_digest

t.test('of two changes at a time one is done', async (t) => {
  const user = await made('tim')
  const change = { user, session: undefined, password: OLD }
  const outcomes = await Promise.all(
    [NEW, `${NEW} too`].map((new_password) =>
      outcomeOf(
        changePassword({ users, passwords, sessionStore, log }, { ...change, new_password }),
      ),
    ),
  )
  t.same(outcomes.toSorted(), ['done', 'invalid'])
  const kept = outcomes[0] === 'done' ? NEW : `${NEW} too`
  t.ok(await passwords.verify(await digestOf(user), kept))
})

t.test('a session that the transaction could not see yet ends too', async (t) => {
  const user = await made('ann')
  const own = await open(user)
  await open(user)
  const { transactions } = users
  let count = 0
  const late: Transactions = {
    ...transactions,
    async transaction(work, within) {
      const done = await transactions.transaction(work, within)
      if (++count === 1) await open(user)
      return done
    },
  }
  const change = { user, session: own, password: OLD, new_password: NEW }
  await changePassword(
    { users: { ...users, transactions: late }, passwords, sessionStore, log },
    change,
  )
  t.ok(count > 0)
  const { results } = await sessionStore.search()
  t.same(
    results.map(({ key }) => key),
    [own],
  )
})

t.test('who is gone has no password to change', async (t) => {
  const user = randomUUIDv7()
  const change = { user, session: undefined, password: OLD, new_password: NEW }
  const changed = changePassword({ users, passwords, sessionStore, log }, change)
  t.equal(await outcomeOf(changed), 'unauthenticated')
})
