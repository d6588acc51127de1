/** That sockets close as soon as the log tells that their session has ended, without waiting for the next look at their tokens. */
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { WebSocket } from 'ws'
import { all } from '../../app/resources/all.ts'
import { where } from '../../framework/index.ts'
import { openTestMessenger } from '../kit/messenger.ts'
import { createSocketClient, type SocketClient } from '../kit/socket-client.ts'

/** So rarely are tokens looked at that only being told can close a socket here. */
const messenger = await openTestMessenger(t, {}, { socketLimits: { recheckSeconds: 3600 } })
const { call, login, signUp } = messenger
await messenger.listen({ host: '127.0.0.1', port: 0 })
const { port } = messenger.http.server.address() as AddressInfo

/** Connects over TCP as the owner of a token, and subscribes. */
async function connect(token: string): Promise<SocketClient> {
  const headers = { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/subscription`, { headers })
  const client = createSocketClient(socket)
  await new Promise((resolve) => socket.once('open', resolve))
  t.match(await client.ask({ type: 'Subscribe', payload: 'on_create_message' }), {
    type: 'Subscribed',
  })
  return client
}

/** The codes with which sockets close, and how long that took. */
async function closesOf(clients: readonly SocketClient[]) {
  const begun = performance.now()
  const codes = await Promise.all(clients.map(({ closed }) => closed))
  return { codes, isQuick: performance.now() - begun < 5000 }
}

t.test('logging out closes every socket of the session, and no other', async (t) => {
  const tim = await signUp('tim')
  const other = (await login('tim')).access_token
  const fresh = await call('POST /actions/refresh', { json: { refresh_token: tim.refreshToken } })
  const { access_token: next } = fresh.json<{ access_token: string }>()
  const [first, second, refreshed, elsewhere] = [
    await connect(tim.token),
    await connect(tim.token),
    await connect(next),
    await connect(other),
  ]
  t.equal((await call('POST /actions/logout', { as: tim.token, json: {} })).statusCode, 204)
  t.same(await closesOf([first, second, refreshed]), { codes: [4401, 4401, 4401], isQuick: true })
  t.match(await elsewhere.ask({ type: 'Ping' }), { type: 'Pong' })

  const loggedOut = await elsewhere.ask({ type: 'Call', id: 1, payload: { action: 'logout' } })
  t.match(loggedOut, { type: 'Result', id: 1, status: 204 })
  t.same(await closesOf([elsewhere]), { codes: [4401], isQuick: true })
})

t.test(
  'a session that is deleted closes its sockets, and logging out everywhere all',
  async (t) => {
    const { token, key } = await signUp('eve')
    const sockets = [
      await connect(token),
      await connect((await login('eve')).access_token),
    ] as const
    const filter = where(all, 'session', ({ user_id }) => user_id.eq(key))
    const order = [{ attribute: 'created_at', isDescending: false }]
    const [first] = (await messenger.stores.store('session').search({ filter, order })).results
    const deleted = await call(`DELETE /actions/session/${first?.key ?? ''}`, { as: token })
    t.equal(deleted.statusCode, 204)
    t.same(await closesOf([sockets[0]]), { codes: [4401], isQuick: true })
    t.match(
      await sockets[1].ask({ type: 'Call', id: 1, payload: { action: 'logout_everywhere' } }),
      {
        status: 204,
      },
    )
    t.same(await closesOf([sockets[1]]), { codes: [4401], isQuick: true })
  },
)

t.test('whoever is promoted, demoted or deleted begins anew', async (t) => {
  const admin = (await login('admin')).access_token
  const ann = await signUp('ann')
  const hers = await connect(ann.token)
  const path = `/actions/user/${ann.key}`
  await call(`PATCH ${path}`, { as: admin, json: { item: { admin: true } } })
  t.same(await closesOf([hers]), { codes: [4401], isQuick: true })
  const again = await connect((await login('ann')).access_token)
  await call(`PATCH ${path}`, { as: admin, json: { item: { full_name: 'Ann' } } })
  t.match(await again.ask({ type: 'Ping' }), { type: 'Pong' }, 'another name changes no rights')
  t.equal((await call(`DELETE ${path}`, { as: admin })).statusCode, 204)
  t.same(await closesOf([again]), { codes: [4401], isQuick: true })
})

t.test('nothing that is logged behind the end of a session is sent by it', async (t) => {
  const { transactions, store } = messenger.stores
  const [tom, amy] = [await signUp('tom'), await signUp('amy')]
  const his = await connect(tom.token)
  const filter = where(all, 'session', ({ user_id }) => user_id.eq(tom.key))
  const [session] = (await store('session').search({ filter })).results
  // Logged together, and so handed on together.
  await transactions.transaction(async (transaction) => {
    await store('session').delete(session?.key ?? '', { transaction })
    await store('message').create({ text: 'behind', author_id: amy.key }, { transaction })
  })
  t.equal(await his.closed, 4401)
  t.same(his.waiting, [])
})
