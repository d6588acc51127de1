/** Tests login.ts, and the form of OAuth 2 beside it, by requests. */
import t from 'tap'
import { loginAction } from '../../../app/actions/login.ts'
import { runExamples } from '../../kit/action-examples.ts'
import { ADMIN_KEY, openTestMessenger, PASSWORD } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const tim = await messenger.signUp('tim')

/** Status, headers and body, but for what differs between any two answers. */
async function answerTo(line: string, sent: object): Promise<object> {
  const { statusCode, headers, body } = await call(line, sent)
  const { date: _date, ...rest } = headers
  return { statusCode, headers: rest, body }
}

t.test('its examples work', async (t) => {
  await runExamples(t, messenger, loginAction)
})

t.test('name and password give tokens that are never cached', async (t) => {
  const response = await call('POST /actions/login', {
    json: { username: 'tim', password: PASSWORD },
    headers: { authorization: 'Bearer of.something.old' },
  })
  t.equal(response.statusCode, 200, 'a token that has ended does not stand in the way')
  t.equal(response.headers['cache-control'], 'no-store')
  const { access_token: as } = response.json<{ access_token: string }>()
  const own = await call(`PATCH /actions/user/${tim.key}`, { as, json: { item: {} } })
  t.match(own.json(), { key: tim.key, updatable: true })
})

t.test('nobody learns from the answer whether there is an account', async (t) => {
  const wrong = [
    { username: 'tim', password: 'another password' },
    { username: 'nobody', password: PASSWORD },
    { username: 'admin', password: 'password123!' },
    { username: 'tim ', password: PASSWORD },
    { username: "' or true --", password: PASSWORD },
    { username: 'tim', password: `${PASSWORD} ` },
  ]
  const answers = []
  for (const json of wrong) answers.push(await answerTo('POST /actions/login', { json }))
  t.match(answers[0], {
    statusCode: 401,
    body: '"detail":"The username or the password is wrong."',
  })
  for (const answer of answers) t.same(answer, answers[0])
})

t.test('the case of the name does not matter, that of the password does', async (t) => {
  const login = async (username: string, password: string) => {
    const json = { username, password }
    const fields = new URLSearchParams({ grant_type: 'password', ...json })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const form = await call('POST /login', { payload: fields.toString(), headers })
    return [(await call('POST /actions/login', { json })).statusCode, form.statusCode]
  }
  t.same(await login('TIM', PASSWORD), [200, 200])
  t.same(await login('Tim', PASSWORD), [200, 200])
  t.same(await login('tim', PASSWORD.toUpperCase()), [401, 400])
  const json = { username: 'TIM', password: PASSWORD }
  const refused = await call('POST /actions/sign-up', { json })
  t.match(
    refused.json(),
    { status: 400, errors: [{ pointer: '/username' }] },
    'nobody is called so',
  )
})

t.test('what is no name and no password is refused and not repeated', async (t) => {
  const bad = [
    {},
    { username: 'tim' },
    { username: 'tim', password: 'canary', more: 1 },
    { username: 1, password: 'canary' },
    { username: '', password: 'canary' },
    { username: 'tim', password: '' },
    { username: 'tim', password: 'canary'.repeat(50) },
    { username: 'x'.repeat(256), password: 'canary' },
    { username: 'a\u0000b', password: 'canary' },
    { username: 'a\ud800b', password: 'canary' },
    { username: 'tim', password: 'canary\ud800' },
    { username: { $ne: '' }, password: { $ne: '' } },
  ]
  for (const json of bad) {
    const response = await call('POST /actions/login', { json })
    t.ok([400, 401].includes(response.statusCode), JSON.stringify(json).slice(0, 60))
    t.notMatch(response.body, 'canary')
  }
})

t.test('the Authorize button of Swagger UI logs in by form', async (t) => {
  const form = (fields: Readonly<Record<string, string>>) => ({
    payload: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Basic Y2xpZW50OnNlY3JldA==',
    },
  })
  const grant = { grant_type: 'password', username: 'admin', password: 'Password123!' }
  const response = await call('POST /login', form({ ...grant, client_id: '', scope: '' }))
  t.equal(response.statusCode, 200)
  t.equal(response.headers['cache-control'], 'no-store')
  const { access_token: as, refresh_token } = response.json<{
    access_token: string
    refresh_token: string
  }>()
  const own = await call(`GET /actions/user/${ADMIN_KEY}`, { as })
  t.match(own.json(), { item: { email_address: null } }, 'what only oneself and admins see')

  const refreshed = await call('POST /login', form({ grant_type: 'refresh_token', refresh_token }))
  t.match(refreshed.json(), { token_type: 'Bearer' })
  const spent = await call('POST /login', form({ grant_type: 'refresh_token', refresh_token }))
  t.match(spent.json(), { status: 400, error: 'invalid_grant' })

  const wrong = [
    { ...grant, password: 'canary' },
    { ...grant, username: 'nobody' },
  ]
  const [first, second] = await Promise.all(
    wrong.map((fields) => answerTo('POST /login', form(fields))),
  )
  t.match(first, { statusCode: 400, body: '"error":"invalid_grant"' })
  t.same(first, second)
  t.notMatch(JSON.stringify(first), 'canary')
  for (const fields of [
    { ...grant, grant_type: 'code' },
    { grant_type: 'password' },
    {},
    { ...grant, username: 'a\u0000' },
    { ...grant, username: 'x'.repeat(2000) },
  ]) {
    t.equal((await call('POST /login', form(fields))).statusCode, 400, JSON.stringify(fields))
  }
})
