/** Tests mail-password.ts: who gets a password, and that another try is another one. */
import t from 'tap'
import { mailPasswordJob } from '../../../app/jobs/mail-password.ts'
import type { Mail } from '../../../app/mail/mail.ts'
import { mailedPasswordEnd } from '../../../app/mail/templates.ts'
import { all } from '../../../app/resources/all.ts'
import { createPasswords, type Passwords } from '../../../framework/index.ts'
import { runJob } from '../../kit/jobs.ts'
import { collectingPost } from '../../kit/mail-jobs.ts'
import { numberedId, openTestStores, START } from '../../kit/stores.ts'

const users = (await openTestStores(t, all)).store('user')
const real = createPasswords()
const { sent, post } = collectingPost()
const run = (user: string, attempt = 1, passwords: Passwords = real) =>
  runJob(mailPasswordJob({ users, passwords, post, now: () => START }), { user }, attempt)
const passwordIn = (mail: Mail | undefined) => /^ {4}(\S+)$/m.exec(mail?.text ?? '')?.[1] ?? ''
const email_address = 'tim@example.org'
const mailed = { password_digest: 'x', password_expires_at: new Date(START).toISOString() }
const { key } = await users.create({ username: 'tim', email_address, ...mailed })
const secrets = () => users.unsafeReadSecrets(key)

t.test('each try makes up another, whose digest alone is kept', async (t) => {
  await run(key)
  await run(key, 2)
  const [first, second] = sent
  t.match(sent, [{ to: email_address }, { to: email_address }])
  t.not(first?.id, second?.id)
  const kept = await secrets()
  t.equal(kept?.password_expires_at, mailedPasswordEnd(START))
  t.equal(await real.verify(kept?.password_digest, passwordIn(first)), false)
  t.equal(await real.verify(kept?.password_digest, passwordIn(second)), true)
})

t.test('a password that its owner has chosen meanwhile stays', async (t) => {
  sent.length = 0
  const chosen = { password_digest: 'chosen', password_expires_at: null }
  const passwords: Passwords = {
    ...real,
    async hash(password) {
      await users.update(key, chosen)
      return real.hash(password)
    },
  }
  await run(key, 3, passwords)
  t.same(await secrets(), chosen)
  await run(key, 4)
  t.same(await secrets(), chosen)
  await run(numberedId(999))
  const ann = await users.create({ username: 'ann', ...mailed })
  await run(ann.key)
  t.same(sent, [])
})
