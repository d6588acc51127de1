/** Tests recovery.ts on the database of this run; how it is asked for is tested with actions/reset-password.ts. */
import t from 'tap'
import { recoverPassword } from '../../app/recovery.ts'
import { all } from '../../app/resources/all.ts'
import { createPasswords, digestOf, InvalidError } from '../../framework/index.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores, START } from '../kit/stores.ts'

const NEW = 'no loud red chair'
const { store } = await openTestStores(t, all)
const users = store('user')
const recoveries = store('password_recovery')
const { sessions: sessionStore, log } = sessionParts({ store })
const passwords = createPasswords()
let nowMs = START
const parts = { users, sessionStore, log, recoveries, passwords, now: () => nowMs }

t.test('a link is good up to its time, and its digest is no token', async (t) => {
  const { key: user_id } = await users.create({ username: 'tim', password_digest: 'x' })
  const digest = digestOf('token')
  const expires_at = new Date(START + 1000).toISOString()
  await recoveries.create({ user_id, digest, expires_at })
  await t.rejects(recoverPassword(parts, { token: digest, password: NEW }), InvalidError)
  nowMs = START + 1000
  await t.rejects(recoverPassword(parts, { token: 'token', password: NEW }), InvalidError)
  nowMs = START + 999
  await recoverPassword(parts, { token: 'token', password: NEW })
  const secrets = await users.unsafeReadSecrets(user_id)
  t.ok(await passwords.verify(secrets?.password_digest, NEW))
  t.equal(await recoveries.count(), 0)
})
