/** Tests reset-password.ts by requests: a link that came by a real SMTP server is good once, for its time, for its account. */
import t from 'tap'
import { openMailedMessenger, SUBJECTS } from '../../kit/mailed-messenger.ts'
import { PASSWORD, type Person } from '../../kit/messenger.ts'

const NEW = 'no loud red chair'
const MINUTE_MS = 60_000
let aheadMs = 0
const messenger = await openMailedMessenger(
  t,
  { publicUrl: 'https://chat.example.org' },
  { now: () => Date.now() + aheadMs },
)
const { call, recoveryToken, mailTo } = messenger

/** Signs up with an address, and confirms it. */
async function signUp(username: string, email_address: string): Promise<Person> {
  const person = await messenger.signUp(username, { email_address })
  await messenger.confirm(email_address.toLowerCase())
  return person
}

const reset = (token: string, password = NEW) =>
  call('POST /actions/reset-password', { json: { token, password } })
const login = async (username: string, password: string) =>
  (await call('POST /actions/login', { json: { username, password } })).statusCode

t.test('who reads the mail chooses a password, and everybody else is put out', async (t) => {
  const tim = await signUp('tim', 'Tim@Example.ORG')
  const socket = await messenger.connect(tim.token)
  const token = await recoveryToken('tim@EXAMPLE.org')
  const letter = await mailTo('tim@example.org', SUBJECTS.recovery)
  t.match(letter, 'https://chat.example.org/account/recover#')
  const weak = await reset(token, 'tim')
  t.match(weak.json(), { status: 400, errors: [{ pointer: '/password' }] })
  t.equal((await reset(token)).statusCode, 204, 'a password that was refused has not spent it')
  t.equal(await socket.closed, 4401)
  t.equal(await login('tim', PASSWORD), 401)
  t.equal(await login('tim', NEW), 200)
  const again = await reset(token, `${NEW} too`)
  t.match(again.json(), { status: 400, errors: [{ pointer: '/token' }] })
  t.equal(await login('tim', NEW), 200)

  t.match(await mailTo('tim@example.org', SUBJECTS.passwordNotice), 'tim')
  const { access_token: as } = await messenger.login('admin')
  const events = await call('GET /actions/security-event-search?kind__eq=password_changed', { as })
  t.match(events.json(), { results: [{ item: { subject_id: tim.key } }] })
})

t.test('of two mails the later one is good, and of two tries with it one', async (t) => {
  await signUp('ann', 'ann@example.org')
  const first = await recoveryToken('ann@example.org')
  const second = await recoveryToken('ann@example.org')
  t.equal((await reset(first)).statusCode, 400)
  const answers = await Promise.all([reset(second, `${NEW} a`), reset(second, `${NEW} b`)])
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [204, 400])
})

t.test('a link is good for half an hour', async (t) => {
  await signUp('bob', 'bob@example.org')
  const token = await recoveryToken('bob@example.org')
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
  const eve = await signUp('eve', 'eve@example.org')
  const token = await recoveryToken('eve@example.org')
  const path = `/actions/user/${eve.key}`
  await call(`PATCH ${path}`, { as, json: { item: { blocked: true } } })
  t.equal((await reset(token)).statusCode, 400)
  await call(`DELETE ${path}`, { as })
  t.equal((await reset(token)).statusCode, 400)
})
