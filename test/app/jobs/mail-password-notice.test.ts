/** Tests mail-password-notice.ts: which events are told, and to whom. */
import t from 'tap'
import { mailPasswordNoticeJob } from '../../../app/jobs/mail-password-notice.ts'
import { all } from '../../../app/resources/all.ts'
import { runJob } from '../../kit/jobs.ts'
import { collectingPost, setOffBy } from '../../kit/mail-jobs.ts'
import { openTestStores } from '../../kit/stores.ts'

const { store } = await openTestStores(t, all)
const users = store('user')
const { sent, post } = collectingPost()
const job = mailPasswordNoticeJob({ users, post })

t.test('it waits for changes of passwords alone', (t) => {
  const [trigger] = job.triggers
  t.match(trigger, { kind: 'change', resource: 'security_event', operation: 'create' })
  const isMet = (kind: string) =>
    setOffBy(job, {
      resource: 'security_event',
      operation: 'create',
      before: undefined,
      after: { kind },
    })[0]
  t.equal(isMet('password_changed'), true)
  t.equal(isMet('login'), false)
  t.end()
})

t.test('who has an address is told, and nobody else', async (t) => {
  const email_address = 'tim@example.org'
  const tim = await users.create({ username: 'tim', email_address, password_digest: 'x' })
  const moved = { email_address: 'new@example.org', confirmed_address: 'old@example.org' }
  const bob = await users.create({ username: 'bob', ...moved, password_digest: 'x' })
  const ann = await users.create({ username: 'ann', password_digest: 'x' })
  const gone = '00000000-0000-7000-8000-000000000001'
  for (const subject_id of [tim.key, ann.key, bob.key, gone]) {
    await runJob(job, {
      resource: 'security_event',
      operation: 'create',
      key: 'a',
      after: { subject_id },
    })
  }
  const notice = { id: 'job', subject: 'Your password was changed' }
  t.match(sent, [
    { ...notice, to: email_address },
    { ...notice, to: 'old@example.org' },
  ])
  t.equal(sent.length, 2)
})
