/** Tests set-password.ts on the database of this run: all of it happens, or nothing. */
import { randomUUIDv7 } from 'node:crypto'
import t from 'tap'
import { all } from '../../app/resources/all.ts'
import { setPassword } from '../../app/set-password.ts'
import { StaleError } from '../../framework/index.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores } from '../kit/stores.ts'

const { store } = await openTestStores(t, all)
const users = store('user')
const { sessions: sessionStore, records, log } = sessionParts({ store })
const parts = { users, sessionStore, log }
const { key: user } = await users.create({ username: 'tim', password_digest: 'old' })
const digest = async () => (await users.unsafeReadSecrets(user))?.password_digest
const change = { user, password_digest: 'new', session: undefined, address: '192.0.2.7' }

async function open(): Promise<string> {
  const id: string = randomUUIDv7()
  const text = id.padEnd(43, 'x')
  const session = { id, subject: user, familyDigest: text, digest: text, expiresAtMs: 1e12 }
  await records.insert(session, undefined)
  return id
}

t.test('what comes first and fails leaves everything as it was', async (t) => {
  await open()
  const failure = new RangeError('spent')
  const first = async (): Promise<never> => Promise.reject(failure)
  await t.rejects(setPassword(parts, { ...change, first }), failure)
  await t.rejects(setPassword(parts, { ...change, old: 'another' }), StaleError)
  t.equal(await digest(), 'old')
  t.equal(await sessionStore.count(), 1)
})

t.test(
  'the password is another, sessions end but the one that goes on, and it is written down',
  async (t) => {
    const session = await open()
    await setPassword(parts, { ...change, old: 'old', session })
    t.equal(await digest(), 'new')
    const left = (await sessionStore.search()).results.map(({ key }) => key)
    t.same(left, [session])
    const { results } = await store('security_event').search()
    const event = { kind: 'password_changed', subject_id: user, address: '192.0.2.7' }
    t.match(
      results.filter(({ item }) => item.kind === 'password_changed'),
      [{ item: event }],
    )
  },
)
