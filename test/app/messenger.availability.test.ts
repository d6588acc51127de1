/** Whether somebody is there, from outside: seen on its presence channel by whom it lets, and by nobody whom it has blocked. */
import t from 'tap'
import { ADMIN_KEY, openTestMessenger, type Person } from '../kit/messenger.ts'
import type { Frame, SocketClient } from '../kit/socket-client.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const [tim, ann, eve] = [
  await messenger.signUp('tim'),
  await messenger.signUp('ann'),
  await messenger.signUp('eve'),
]

const CHANNEL = `availability:${tim.key}`
const act = (name: string, who: Person, whom: Person) =>
  call(`POST /actions/${name}`, { as: who.token, json: { user_id: whom.key } })
const show = (presence_visibility: string) =>
  call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json: { item: { presence_visibility } } })

async function track(client: SocketClient, meta?: object): Promise<Frame> {
  const payload = { channel: CHANNEL, ...(meta === undefined ? {} : { meta }) }
  return client.ask({ type: 'Track', id: 1, payload })
}

/** The first frame of that kind; those before it are passed over. */
async function until(client: SocketClient, type: string): Promise<Frame> {
  for (;;) {
    const frame = await client.next()
    if (frame['type'] === type) return frame
  }
}

t.test('everybody who has an account has one, which nobody writes', async (t) => {
  const { body } = await call('GET /actions/availability-search?limit=100', { as: ann.token })
  for (const key of [tim.key, ann.key, ADMIN_KEY]) t.match(body, key)
  t.equal((await call('GET /actions/availability-search')).statusCode, 401)
  const path = `/actions/availability/${tim.key}`
  t.not((await call(`DELETE ${path}`, { as: tim.token })).statusCode, 204)
  t.match((await call(`GET ${path}`, { as: ann.token })).json(), { updatable: false })
})

t.test('who may look sees somebody come and go', async (t) => {
  const [own, watching] = [await messenger.connect(tim.token), await messenger.connect(ann.token)]
  t.match(await track(watching), { type: 'Presence', payload: { state: [] } })
  await track(own, {})
  const joined = await until(watching, 'Presence')
  t.match(joined, { payload: { joins: [{ subject: tim.key }] } })
  own.socket.close()
  t.match(await until(watching, 'Presence'), { payload: { leaves: [{}] } })
  watching.socket.close()
})

t.test('who is blocked is put out at once, and can not look again', async (t) => {
  const watching = await messenger.connect(ann.token)
  t.match(await track(watching), { type: 'Presence' })
  await act('person-block', tim, ann)
  const ended = await until(watching, 'Unsubscribed')
  t.match(ended, { id: 1, channel: CHANNEL, payload: { reason: 'forbidden' } })
  t.match(await track(watching), { type: 'Error', status: 404 })
  const read = await call(`GET /actions/availability/${tim.key}`, { as: ann.token })
  t.equal(read.statusCode, 404)
  await act('person-unblock', tim, ann)
  t.match(await track(watching), { type: 'Presence' })
  watching.socket.close()
})

t.test('for friends: it ends for others, and with the friendship', async (t) => {
  await act('friend-request', ann, tim)
  await act('friend-accept', tim, ann)
  const [friend, stranger] = [
    await messenger.connect(ann.token),
    await messenger.connect(eve.token),
  ]
  for (const client of [friend, stranger]) t.match(await track(client), { type: 'Presence' })
  await show('friends')
  t.match(await until(stranger, 'Unsubscribed'), { payload: { reason: 'forbidden' } })
  t.match(await track(stranger), { type: 'Error', status: 404 })
  t.match(await track(friend), { type: 'Presence' })
  await act('friend-remove', ann, tim)
  t.match(await until(friend, 'Unsubscribed'), { payload: { reason: 'forbidden' } })
  await show('nobody')
  t.match(await track(friend), { type: 'Error', status: 404 })
  t.match(await track(await messenger.connect(tim.token)), { type: 'Presence' })
  const admin = (await messenger.login('admin')).access_token
  t.match(await track(await messenger.connect(admin)), { type: 'Error', status: 404 })
})

t.test('nobody but oneself says who may see it, or knows what it has said', async (t) => {
  const json = { item: { presence_visibility: 'everyone' } }
  const path = `PATCH /actions/user/${tim.key}`
  t.equal((await call(path, { as: ann.token, json })).statusCode, 403)
  const wrong = { item: { presence_visibility: 'enemies' } }
  t.equal((await call(path, { as: tim.token, json: wrong })).statusCode, 400)
  const seen = await call(`GET /actions/user/${tim.key}`, { as: ann.token })
  t.notMatch(seen.body, 'presence_visibility')
})

t.test('it goes with its user', async (t) => {
  const admin = (await messenger.login('admin')).access_token
  await call(`DELETE /actions/user/${eve.key}`, { as: admin })
  t.equal((await call(`GET /actions/availability/${eve.key}`, { as: ann.token })).statusCode, 404)
})
