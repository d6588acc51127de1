/** Tests change-password.ts by requests. */
import t from 'tap'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'

const NEW = 'no loud red chair'
const messenger = await openTestMessenger(t, { areLimitsKept: true })
const { call } = messenger
const change = (as: string | undefined, json: object) =>
  call('POST /actions/change-password', { as, json })
const statusOf = async (as: string) => (await call('GET /actions/message-count', { as })).statusCode

t.test('the old password is asked, and the new one held to what sign-up asks', async (t) => {
  const { token: as } = await messenger.signUp('marvin-the-first')
  const good = { password: PASSWORD, new_password: NEW }
  t.equal((await change(undefined, good)).statusCode, 401)
  const wrong = [
    ['/password', { ...good, password: `${PASSWORD}s` }],
    ['/password', { ...good, password: '' }],
    ['/password', { new_password: NEW }],
    ['/new_password', { password: PASSWORD }],
    ['/new_password', { ...good, new_password: 'short' }],
    ['/new_password', { ...good, new_password: 'x'.repeat(257) }],
    ['/new_password', { ...good, new_password: 'Password123!' }],
    ['/new_password', { ...good, new_password: 'Marvin-The-First' }],
    ['/user_id', { ...good, user_id: 'x' }],
  ] as const
  for (const [pointer, json] of wrong) {
    const response = await change(as, json)
    t.match(response.json(), { status: 400, errors: [{ pointer }] }, JSON.stringify(json))
    t.notMatch(response.body, PASSWORD)
  }
  t.ok(await messenger.login('marvin-the-first'), 'nothing has changed')
})

t.test('all other sessions end, and the old password with them', async (t) => {
  const tim = await messenger.signUp('tim')
  const ann = await messenger.signUp('ann')
  const other = await messenger.login('tim')
  const socket = await messenger.connect(other.access_token)
  const done = await change(tim.token, { password: PASSWORD, new_password: NEW })
  t.equal(done.statusCode, 204)
  t.equal(await socket.closed, 4401)
  t.equal(await statusOf(other.access_token), 401)
  const refresh = async (refresh_token: string) =>
    (await call('POST /actions/refresh', { json: { refresh_token } })).statusCode
  t.equal(await refresh(other.refresh_token), 401)
  t.equal(await statusOf(tim.token), 200, 'its own session goes on')
  t.equal(await refresh(tim.refreshToken), 200)
  t.equal(await statusOf(ann.token), 200, 'as do those of others')
  const login = async (password: string) =>
    (await call('POST /actions/login', { json: { username: 'tim', password } })).statusCode
  t.equal(await login(PASSWORD), 401)
  t.equal(await login(NEW), 200)
})

t.test('who is logged in can’t find the password by trying', async (t) => {
  const { token: as } = await messenger.signUp('eve')
  const statuses = []
  for (let at = 0; at < 11; at += 1) {
    const json = { password: `wrong ${String(at)}`, new_password: NEW }
    const { statusCode } = await call('POST /actions/change-password', {
      as,
      json,
      remoteAddress: `192.0.2.${String(at)}`,
    })
    statuses.push(statusCode)
  }
  t.same(statuses, [...Array.from({ length: 10 }, () => 400), 429])
  const right = await change(as, { password: PASSWORD, new_password: NEW })
  t.equal(right.statusCode, 429)
  t.match(right.headers['retry-after'], /^\d+$/)
})
