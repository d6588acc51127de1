/** Tests change-email-address.ts over real stores: what happens when several things do at a time. */
import t from 'tap'
import { changeEmailAddress } from '../../app/change-email-address.ts'
import { all } from '../../app/resources/all.ts'
import { createPasswords, type Passwords } from '../../framework/index.ts'
import { outcomeOf } from '../kit/chat.ts'
import { sessionParts } from '../kit/session-parts.ts'
import { openTestStores } from '../kit/stores.ts'

const password = 'a quiet green lamp'
const real = createPasswords()
const { store } = await openTestStores(t, all)
const [users, recoveries, events] = [
  store('user'),
  store('password_recovery'),
  store('security_event'),
]
const { log } = sessionParts({ store })
const digest = await real.hash(password)
const { key: user } = await users.create({
  username: 'tim',
  email_address: 'tim@example.org',
  password_digest: digest,
})
const change = (email_address: string, passwords: Passwords = real) =>
  outcomeOf(
    changeEmailAddress({ users, passwords, recoveries, log }, { user, password, email_address }),
  )

t.test('the address that it is already changes nothing, and is not written down', async (t) => {
  const before = await users.readOrThrow(user)
  t.equal(await change('Tim@Example.org'), 'done')
  t.same(await users.readOrThrow(user), before)
  t.equal(await events.count(), 0)
})

t.test('a password that was changed meanwhile is not right any more', async (t) => {
  const passwords: Passwords = {
    ...real,
    async verify(kept, typed) {
      const isRight = await real.verify(kept, typed)
      await users.update(user, { password_digest: 'another' })
      return isRight
    },
  }
  t.equal(await change('new@example.org', passwords), 'invalid')
  t.equal((await users.readOrThrow(user)).item.email_address, 'tim@example.org')
  t.equal(await events.count(), 0)
})
