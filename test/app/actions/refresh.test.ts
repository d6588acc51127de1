/** Tests refresh.ts by requests. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const refresh = (refresh_token: unknown) =>
  call('POST /actions/refresh', { json: { refresh_token } })
const { key } = await messenger.signUp('tim')
const statusOf = async (as: string) => (await call(`GET /actions/user/${key}`, { as })).statusCode

t.test('a refresh token is good once, for the next pair', async (t) => {
  const first = await messenger.login('tim')
  const response = await refresh(first.refresh_token)
  t.equal(response.statusCode, 200)
  t.equal(response.headers['cache-control'], 'no-store')
  const second = response.json<typeof first>()
  t.not(second.refresh_token, first.refresh_token)
  t.equal(await statusOf(first.access_token), 200, 'the old access token lives out its time')
  t.equal(await statusOf(second.access_token), 200)
})

t.test('one that comes again ends its session, for thief and owner alike', async (t) => {
  const first = await messenger.login('tim')
  const other = await messenger.login('tim')
  const second = (await refresh(first.refresh_token)).json<typeof first>()
  t.equal(await statusOf(second.access_token), 200)
  t.equal((await refresh(first.refresh_token)).statusCode, 401)
  t.equal((await refresh(second.refresh_token)).statusCode, 401)
  t.equal(await statusOf(first.access_token), 401)
  t.equal(await statusOf(second.access_token), 401)
  t.equal(await statusOf(other.access_token), 200, 'another session is not concerned')
})

t.test('of many that bring one at a time, one at most gets the next', async (t) => {
  const { refresh_token } = await messenger.login('tim')
  const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refresh_token)))
  const statuses = answers.map(({ statusCode }) => statusCode).toSorted()
  t.ok(statuses.filter((status) => status === 200).length <= 1)
  t.ok(statuses.every((status) => status === 200 || status === 401))
})

t.test('what is no refresh token is refused, always with the same words', async (t) => {
  const { access_token, refresh_token } = await messenger.login('tim')
  const bodies = new Set<string>()
  for (const text of ['x', access_token.slice(0, 500), `${refresh_token}x`, '%', '.', '\u00e4']) {
    const response = await refresh(text)
    t.equal(response.statusCode, 401)
    bodies.add(response.body)
  }
  t.equal(bodies.size, 1)
  for (const wrong of ['', 'a\u0000', 'x'.repeat(513), null, 1, [refresh_token]]) {
    t.equal((await refresh(wrong)).statusCode, 400)
  }
  t.equal((await refresh(refresh_token)).statusCode, 200, 'none of them has spent it')
})
