/** Tests recover-password.ts by requests: what is answered tells nothing, and nobody's inbox is filled. */
import t from 'tap'
import { runExamples } from '../../kit/action-examples.ts'
import { openTestMessenger } from '../../kit/messenger.ts'
import { recoverPasswordAction } from '../../../app/actions/recover-password.ts'

t.test('its examples run', async (t) => {
  const messenger = await openTestMessenger(t)
  await runExamples(t, messenger, () => recoverPasswordAction(undefined))
})

t.test('the answer is the same for an address that somebody has and for another', async (t) => {
  const { call, signUp } = await openTestMessenger(t)
  await signUp('tim', { email_address: 'tim@example.org' })
  const [known, unknown] = await Promise.all(
    ['tim@example.org', 'ann@example.org'].map((email_address) =>
      call('POST /actions/recover-password', { json: { email_address } }),
    ),
  )
  t.equal(known?.statusCode, 202)
  t.equal(unknown?.statusCode, 202)
  t.equal(known?.body, unknown?.body)
  for (const email_address of ['', 'tim', 'a@b.c\r\nBcc: d@e.f', 'a@b.c,d@e.f', 7, undefined]) {
    const answer = await call('POST /actions/recover-password', { json: { email_address } })
    t.match(answer.json(), { status: 400, errors: [{ pointer: '/email_address' }] })
  }
})

t.test('one address gets three mails in a quarter of an hour, known or not', async (t) => {
  const { call, signUp } = await openTestMessenger(t, { areLimitsKept: true })
  await signUp('tim', { email_address: 'tim@example.org' })
  for (const email_address of ['tim@example.org', 'ann@example.org']) {
    const statuses: number[] = []
    for (let at = 0; at < 4; at += 1) {
      const remoteAddress = `192.0.2.${String(at)}`
      const json = { email_address: at % 2 === 0 ? email_address : email_address.toUpperCase() }
      const answer = await call('POST /actions/recover-password', { json, remoteAddress })
      statuses.push(answer.statusCode)
    }
    t.same(statuses, [202, 202, 202, 429], email_address)
    const answer = await call('POST /actions/recover-password', { json: { email_address } })
    t.match(answer.headers['retry-after'], /^[1-9]\d*$/)
  }
})

t.test('where no mail is sent it is refused, for every address alike', async (t) => {
  const { call, signUp } = await openTestMessenger(t, { isProduction: true })
  await signUp('tim', { email_address: 'tim@example.org' })
  for (const email_address of ['tim@example.org', 'ann@example.org']) {
    const answer = await call('POST /actions/recover-password', { json: { email_address } })
    t.match(answer.json(), { status: 503, detail: 'This server sends no mail. Ask who runs it.' })
    t.equal(answer.headers['retry-after'], '3600')
  }
})
