/** Tests reset-password.ts by requests: a link that came by a real SMTP server is good once, for its time, for its account. */
import t from 'tap'
import { parseSmtpUrl } from '../../../app/mail/smtp-url.ts'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'
import { startSmtpServer } from '../../kit/smtp-server.ts'

const NEW = 'no loud red chair'
const MINUTE_MS = 60_000
// Its certificate is known to nobody.
const { port, arrived } = await startSmtpServer(t, { disabledCommands: ['STARTTLS'] })
let aheadMs = 0
const messenger = await openTestMessenger(
  t,
  {
    smtpServer: parseSmtpUrl(`smtp://localhost:${String(port)}`),
    publicUrl: 'https://chat.example.org',
  },
  { now: () => Date.now() + aheadMs },
)
const { call, signUp } = messenger

/** Those of one subject to one address so far. */
const mailsTo = (address: string, subject: string) =>
  arrived.all.filter(
    ({ recipients, email }) => recipients.includes(address) && email.subject === subject,
  )

/** Asks for a mail. @returns the token in its link */
async function mailedToken(email_address: string): Promise<string> {
  const links = () => mailsTo(email_address.toLowerCase(), 'Choose a new password')
  const before = links().length
  const asked = await call('POST /actions/recover-password', { json: { email_address } })
  t.equal(asked.statusCode, 202)
  await arrived.until(() => links().length > before)
  return /recover#token=([\w-]+)/.exec(links()[before]?.email.text ?? '')?.[1] ?? ''
}
const reset = (token: string, password = NEW) =>
  call('POST /actions/reset-password', { json: { token, password } })
const login = async (username: string, password: string) =>
  (await call('POST /actions/login', { json: { username, password } })).statusCode

t.test('who reads the mail chooses a password, and everybody else is put out', async (t) => {
  const tim = await signUp('tim', { email_address: 'Tim@Example.ORG' })
  const socket = await messenger.connect(tim.token)
  const token = await mailedToken('tim@EXAMPLE.org')
  const [link] = mailsTo('tim@example.org', 'Choose a new password')
  t.match(link?.email.text, 'https://chat.example.org/account/recover#')
  const weak = await reset(token, 'tim')
  t.match(weak.json(), { status: 400, errors: [{ pointer: '/password' }] })
  t.equal((await reset(token)).statusCode, 204, 'a password that was refused has not spent it')
  t.equal(await socket.closed, 4401)
  t.equal(await login('tim', PASSWORD), 401)
  t.equal(await login('tim', NEW), 200)
  const again = await reset(token, `${NEW} too`)
  t.match(again.json(), { status: 400, errors: [{ pointer: '/token' }] })
  t.equal(await login('tim', NEW), 200)

  const notices = () => mailsTo('tim@example.org', 'Your password was changed')
  await arrived.until(() => notices().length > 0)
  t.match(notices()[0]?.email.text, 'tim')
  const { access_token: as } = await messenger.login('admin')
  const events = await call('GET /actions/security-event-search?kind__eq=password_changed', { as })
  t.match(events.json(), { results: [{ item: { subject_id: tim.key } }] })
})

t.test('of two mails the later one is good, and of two tries with it one', async (t) => {
  await signUp('ann', { email_address: 'ann@example.org' })
  const first = await mailedToken('ann@example.org')
  const second = await mailedToken('ann@example.org')
  t.equal((await reset(first)).statusCode, 400)
  const answers = await Promise.all([reset(second, `${NEW} a`), reset(second, `${NEW} b`)])
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [204, 400])
})

t.test('a link is good for half an hour', async (t) => {
  await signUp('bob', { email_address: 'bob@example.org' })
  const token = await mailedToken('bob@example.org')
  aheadMs = 30 * MINUTE_MS + 1
  t.equal((await reset(token)).statusCode, 400)
  aheadMs = 0
  t.equal((await reset(token)).statusCode, 204)
})

t.test('what is no token is refused, and so is that of who is blocked or gone', async (t) => {
  for (const token of ['x', 'A'.repeat(43), "' or 1=1 --"]) {
    t.match((await reset(token)).json(), { status: 400, errors: [{ pointer: '/token' }] })
  }
  for (const json of [
    {},
    { token: 'x' },
    { token: '', password: NEW },
    { token: 1, password: 1 },
  ]) {
    t.equal((await call('POST /actions/reset-password', { json })).statusCode, 400)
  }
  const { access_token: as } = await messenger.login('admin')
  const eve = await signUp('eve', { email_address: 'eve@example.org' })
  const token = await mailedToken('eve@example.org')
  const path = `/actions/user/${eve.key}`
  await call(`PATCH ${path}`, { as, json: { item: { blocked: true } } })
  t.equal((await reset(token)).statusCode, 400)
  await call(`DELETE ${path}`, { as })
  t.equal((await reset(token)).statusCode, 400)
})
