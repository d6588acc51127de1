/** Tests logout-everywhere.ts by requests. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger

t.test('nobody has no sessions to end', async (t) => {
  t.equal((await call('POST /actions/logout-everywhere')).statusCode, 401)
  t.equal((await call('POST /actions/logout-everywhere', { as: 'a.b.c' })).statusCode, 401)
})

t.test('every session of the caller ends, and none of anybody else', async (t) => {
  const [tim, ann] = [await messenger.signUp('tim'), await messenger.signUp('ann')]
  const other = await messenger.login('tim')
  const more = await call('POST /actions/logout-everywhere', { as: tim.token, json: { x: 1 } })
  t.equal(more.statusCode, 400)
  t.equal((await call('POST /actions/logout-everywhere', { as: tim.token })).statusCode, 204)
  await messenger.caughtUp()
  for (const as of [tim.token, other.access_token]) {
    t.equal((await call(`GET /actions/user/${tim.key}`, { as })).statusCode, 401)
  }
  for (const refresh_token of [tim.refreshToken, other.refresh_token]) {
    const json = { refresh_token }
    t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
  }
  t.equal((await call(`GET /actions/user/${ann.key}`, { as: ann.token })).statusCode, 200)
  const again = await messenger.login('tim')
  const seen = await call('GET /actions/session-search', { as: again.access_token })
  t.equal(seen.json<{ results: unknown[] }>().results.length, 1, 'who comes back begins anew')
})
