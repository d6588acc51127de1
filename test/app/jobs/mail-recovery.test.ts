/** Tests mail-recovery.ts: to whom links are mailed, and that another try is another mail. */
import t from 'tap'
import { mailRecoveryJob } from '../../../app/jobs/mail-recovery.ts'
import type { Mail } from '../../../app/mail/mail.ts'
import { all } from '../../../app/resources/all.ts'
import { digestOf, where } from '../../../framework/index.ts'
import { runJob } from '../../kit/jobs.ts'
import { collectingPost } from '../../kit/mail-jobs.ts'
import { openTestStores, START } from '../../kit/stores.ts'

const { store } = await openTestStores(t, all)
const [users, recoveries] = [store('user'), store('password_recovery')]
const { sent, post } = collectingPost()
const job = mailRecoveryJob({ users, recoveries, post, now: () => START })
const run = (email_address: string, attempt = 1) => runJob(job, { email_address }, attempt)
const tokenOf = (mail: Mail | undefined): string =>
  /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''

t.test('who has confirmed it, and is not blocked, gets a link of its own', async (t) => {
  const email_address = 'both@example.org'
  const made = []
  for (const username of ['ann', 'bob', 'eve']) {
    const blocked = username === 'eve'
    const item = { username, blocked, confirmed_address: email_address, password_digest: 'x' }
    made.push(await users.create(item))
  }
  await users.create({ username: 'tim', email_address, password_digest: 'x' })
  const moved = { email_address: 'new@example.org', confirmed_address: 'old@example.org' }
  await users.create({ username: 'dan', ...moved, password_digest: 'x' })
  for (const address of ['nobody@example.org', 'new@example.org']) await run(address)
  t.same(sent, [])
  await run(email_address)
  t.same(
    sent.map(({ to }) => to),
    [email_address, email_address],
  )
  const letters = sent.map(({ text }) => /“(\w+)”/.exec(text)?.[1])
  t.same(letters.toSorted(), ['ann', 'bob'])
  for (const mail of sent) {
    const digest = digestOf(tokenOf(mail))
    const filter = where(all, 'password_recovery', (row) => row.digest.eq(digest))
    const [found] = (await recoveries.search({ filter })).results
    const name = mail.text.includes('ann') ? 0 : 1
    t.match(found?.item, {
      user_id: made[name]?.key,
      expires_at: new Date(START + 1_800_000).toISOString(),
    })
  }
})

t.test('the link of another try takes the place of the first, in another mail', async (t) => {
  sent.length = 0
  const confirmed_address = 'cyd@example.org'
  await users.create({ username: 'cyd', confirmed_address, password_digest: 'x' })
  await run('cyd@example.org')
  await run('cyd@example.org', 2)
  const [first, second] = sent
  t.not(first?.id, second?.id)
  const left = async (mail: Mail | undefined) => {
    const digest = digestOf(tokenOf(mail))
    return recoveries.count(where(all, 'password_recovery', (row) => row.digest.eq(digest)))
  }
  t.same([await left(first), await left(second)], [0, 1])
})

t.test('to whom a password was mailed, a link is too', async (t) => {
  sent.length = 0
  const email_address = 'fay@example.org'
  const password_expires_at = new Date(START - 1).toISOString()
  const item = { username: 'fay', email_address, password_digest: 'x', password_expires_at }
  await users.create(item)
  await run(email_address)
  t.match(sent, [{ to: email_address, text: /“fay”/ }])
})
