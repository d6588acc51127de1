/** Tests known-password.ts over real stores. */
import t from 'tap'
import { verifyKnownPassword } from '../../app/known-password.ts'
import { all } from '../../app/resources/all.ts'
import { createPasswords, UnauthenticatedError } from '../../framework/index.ts'
import { numberedId, openTestStores } from '../kit/stores.ts'

const password = 'a quiet green lamp'
const passwords = createPasswords()
const users = (await openTestStores(t, all)).store('user')
const digest = await passwords.hash(password)
const { key: user } = await users.create({ username: 'tim', password_digest: digest })

t.test('who knows it is told of, with the digest that was right', async (t) => {
  const proved = await verifyKnownPassword({ users, passwords }, { user, password })
  t.match(proved, { item: { username: 'tim' }, digest })
})

t.test('who does not is refused, and so is who is gone', async (t) => {
  const prove = (proof: { user: string; password: string }) =>
    verifyKnownPassword({ users, passwords }, proof)
  const wrong = await prove({ user, password: `${password}s` }).catch((error: unknown) => error)
  t.match(wrong, { code: 'invalid', faults: [{ pointer: '/password' }] })
  await t.rejects(prove({ user: numberedId(999), password }), UnauthenticatedError)
})
