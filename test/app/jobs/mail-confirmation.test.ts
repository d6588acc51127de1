/** Tests mail-confirmation.ts: which changes ask an address, and how often one is asked. */
import t from 'tap'
import { mailConfirmationJob } from '../../../app/jobs/mail-confirmation.ts'
import { all } from '../../../app/resources/all.ts'
import { UnavailableError, type WireItem } from '../../../framework/index.ts'
import { runJob } from '../../kit/jobs.ts'
import { collectingPost, setOffBy } from '../../kit/mail-jobs.ts'
import { openTestStores, START } from '../../kit/stores.ts'

const { store } = await openTestStores(t, all)
const users = store('user')
const { sent, post } = collectingPost()
let nowMs = START
const job = mailConfirmationJob({
  users,
  confirmations: store('email_confirmation'),
  post,
  now: () => nowMs,
})
const run = (key: string, after: WireItem) =>
  runJob(job, { resource: 'user', operation: 'update', key, after })

t.test('it waits for addresses that are new', (t) => {
  const isMet = (before: WireItem | undefined, after: WireItem) =>
    setOffBy(job, { resource: 'user', operation: 'update', before, after })
  t.same(isMet(undefined, { email_address: 'a@b.c' }), [true, true])
  t.same(isMet(undefined, { email_address: null }), [false, false])
  t.same(isMet({ email_address: 'a@b.c' }, { email_address: 'a@b.c' }), [false, false])
  t.same(isMet({ email_address: 'a@b.c' }, { email_address: 'b@b.c' }), [true, true])
  t.end()
})

t.test(
  'an address that is not the account’s any more, or confirmed or mailed a password, is not asked',
  async (t) => {
    const email_address = 'ann@example.org'
    const ann = await users.create({
      username: 'ann',
      email_address,
      confirmed_address: email_address,
      password_digest: 'x',
    })
    await run(ann.key, { email_address })
    await run(ann.key, { email_address: 'before@example.org' })
    await run('00000000-0000-7000-8000-000000000001', { email_address })
    const eve = await users.create({
      username: 'eve',
      email_address,
      password_digest: 'x',
      password_expires_at: new Date(START).toISOString(),
    })
    await run(eve.key, { email_address })
    t.same(sent, [])
  },
)

t.test('what could not be sent is asked again, however often', async (t) => {
  const email_address = 'zoe@example.org'
  const zoe = await users.create({ username: 'zoe', email_address, password_digest: 'x' })
  const away = { ...post, send: () => Promise.reject(new UnavailableError()) }
  const parts = { users, confirmations: store('email_confirmation'), now: () => nowMs }
  const failing = mailConfirmationJob({ ...parts, post: away })
  const change = { resource: 'user', operation: 'update', key: zoe.key, after: { email_address } }
  for (let at = 0; at < 4; at += 1) await t.rejects(runJob(failing, change), UnavailableError)
  await run(zoe.key, { email_address })
  t.equal(sent.splice(0).length, 1)
})

t.test('nobody’s inbox is filled: three times in an hour', async (t) => {
  const email_address = 'tim@example.org'
  const tim = await users.create({ username: 'tim', email_address, password_digest: 'x' })
  for (let at = 0; at < 4; at += 1) await run(tim.key, { email_address })
  t.equal(sent.length, 3)
  t.match(sent, [{ to: email_address, subject: 'Confirm your e-mail address' }])
  nowMs = START + 2 * 3_600_000
  await run(tim.key, { email_address })
  t.equal(sent.length, 4)
})
