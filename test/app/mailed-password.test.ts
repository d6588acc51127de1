/** Tests mailed-password.ts; the way of one is tested by messenger.mailed-password.test.ts. */
import t from 'tap'
import {
  confirmedByMail,
  isMailedPasswordOver,
  newPasswordFor,
  replaceMailedPassword,
} from '../../app/mailed-password.ts'
import { all } from '../../app/resources/all.ts'
import {
  createPasswords,
  InvalidError,
  StaleError,
  UnauthenticatedError,
} from '../../framework/index.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores, START } from '../kit/stores.ts'

const CHOSEN = { password_expires_at: null }
const MAILED = { password_expires_at: new Date(START).toISOString() }
const NEW = 'no loud red chair'

t.test('one that was chosen is never over, one that was mailed is at its time', (t) => {
  t.equal(isMailedPasswordOver(CHOSEN, START), false)
  t.equal(isMailedPasswordOver(MAILED, START - 1), false)
  t.equal(isMailedPasswordOver(MAILED, START), true)
  t.end()
})

t.test('a new one is called for by one that was mailed, and by no other', (t) => {
  t.equal(newPasswordFor(CHOSEN, undefined), undefined)
  t.throws(() => newPasswordFor(CHOSEN, NEW), InvalidError)
  t.equal(newPasswordFor(MAILED, NEW), NEW)
  t.throws(() => newPasswordFor(MAILED, undefined), UnauthenticatedError)
  t.end()
})

t.test('the address is right to which the password was mailed', (t) => {
  const email_address = 'tim@example.org'
  t.same(confirmedByMail({ email_address }, MAILED), { confirmed_address: email_address })
  t.same(confirmedByMail({ email_address }, CHOSEN), {})
  t.same(confirmedByMail({ email_address: null }, MAILED), {})
  t.end()
})

t.test('it takes the place of the one that is there still', async (t) => {
  const { store } = await openTestStores(t, all)
  const users = store('user')
  const { sessions: sessionStore, log } = sessionParts({ store })
  const passwords = createPasswords()
  const owner = await users.create({ username: 'tim', password_digest: 'old', ...MAILED })
  const replace = (old: string) =>
    replaceMailedPassword(
      { users, passwords, sessionStore, log },
      { ...owner, secrets: MAILED, old, new_password: NEW, client: undefined },
    )
  await t.rejects(replace('another'), StaleError)
  const password_digest = await replace('old')
  t.ok(await passwords.verify(password_digest, NEW))
  const kept = { password_digest, password_expires_at: null }
  t.same(await users.unsafeReadSecrets(owner.key), kept)
})
