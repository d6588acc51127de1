/** Tests logout.ts by requests and sockets. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger

t.test('nobody has no session to end', async (t) => {
  t.equal((await call('POST /actions/logout')).statusCode, 401)
  t.equal((await call('POST /actions/logout', { as: 'a.b.c' })).statusCode, 401)
})

t.test('it ends the session: its tokens are refused, and its sockets are closed', async (t) => {
  const { key, token, refreshToken } = await messenger.signUp('tim')
  const other = await messenger.login('tim')
  const own = await messenger.connect(token)
  t.match(await own.ask({ type: 'Subscribe', payload: 'on_create_message' }), {
    type: 'Subscribed',
  })
  const others = await messenger.connect(other.access_token)
  t.equal((await call('POST /actions/logout', { as: token, json: { more: 1 } })).statusCode, 400)
  t.equal((await call('POST /actions/logout', { as: token })).statusCode, 204)
  for (const line of [`GET /actions/user/${key}`, 'GET /actions/message-search']) {
    t.equal((await call(line, { as: token })).statusCode, 401)
  }
  t.equal((await call('POST /actions/logout', { as: token })).statusCode, 401)
  const json = { refresh_token: refreshToken }
  t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
  t.equal(await own.closed, 4401)
  t.equal((await call(`GET /actions/user/${key}`, { as: other.access_token })).statusCode, 200)
  t.match(await others.ask({ type: 'Ping' }), { type: 'Pong' }, 'other sessions go on')
})
