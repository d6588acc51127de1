/** Tests mail-address-notice.ts: which changes are told, and to whom. */
import t from 'tap'
import { mailAddressNoticeJob } from '../../../app/jobs/mail-address-notice.ts'
import { all } from '../../../app/resources/all.ts'
import type { WireItem } from '../../../framework/index.ts'
import { runJob } from '../../kit/jobs.ts'
import { collectingPost, setOffBy } from '../../kit/mail-jobs.ts'
import { numberedId, openTestStores } from '../../kit/stores.ts'

const users = (await openTestStores(t, all)).store('user')
const { sent, post } = collectingPost()
const job = mailAddressNoticeJob({ users, post })

t.test('it waits for confirmed addresses that are left', (t) => {
  const [trigger] = job.triggers
  t.match(trigger, { kind: 'change', resource: 'user', operation: 'update' })
  const isMet = (before: WireItem, after: WireItem) =>
    setOffBy(job, { resource: 'user', operation: 'update', before, after })[0]
  const [old, other] = ['a@b.c', 'b@b.c']
  const confirmed = { email_address: old, confirmed_address: old }
  t.equal(isMet(confirmed, { ...confirmed, email_address: other }), true)
  t.equal(isMet(confirmed, { email_address: null, confirmed_address: null }), true)
  t.equal(isMet(confirmed, { ...confirmed, full_name: 'Tim' }), false)
  const unconfirmed = { email_address: old, confirmed_address: null }
  t.equal(isMet(unconfirmed, { ...unconfirmed, email_address: other }), false)
  const left = { email_address: other, confirmed_address: old }
  t.equal(isMet(left, confirmed), false, 'who comes back')
  t.equal(isMet(left, { email_address: other, confirmed_address: other }), false, 'who confirms')
  t.end()
})

t.test('the address before is told, of who is still there', async (t) => {
  const tim = await users.create({ username: 'tim', password_digest: 'x' })
  const before = { email_address: 'old@example.org', confirmed_address: 'old@example.org' }
  for (const key of [tim.key, numberedId(999)]) {
    await runJob(job, {
      resource: 'user',
      operation: 'update',
      key,
      before,
      after: { email_address: null },
    })
  }
  t.match(sent, [
    { id: 'job', to: 'old@example.org', subject: 'Your e-mail address was changed', text: /tim/ },
  ])
  t.equal(sent.length, 1)
})
