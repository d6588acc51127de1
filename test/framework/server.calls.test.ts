/** That everything the API does can be called over a socket too: joined, bounded, logged, and answered at the end. */
import Type from 'typebox'
import { test, type Test } from 'tap'
import { WebSocket } from 'ws'
import {
  action,
  afterCreate,
  channel,
  serve,
  UnauthenticatedError,
  web,
  type Authorization,
  type RequestClient,
  type ServerOptions,
} from '../../framework/index.ts'
import { keyOf } from '../../framework/resource/key.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { chat, chatFactories, member } from '../kit/chat-resources.ts'
import { openTestDatabase } from '../kit/database.ts'
import { createGathering } from '../kit/gathering.ts'
import { socketCalls } from '../kit/socket-calls.ts'
import { createSocketClient } from '../kit/socket-client.ts'
import { callerOf, numberedId } from '../kit/stores.ts'

const [ann, bob] = [1, 2].map(numberedId) as [string, string]

async function open(t: Test, options: Partial<ServerOptions> = {}) {
  const onError = (error: unknown): void => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry: chat, onError })
  for (const [id, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
  ] as const) {
    await stores.store('person').create({ id, name })
  }
  const log: string[] = []
  const callers = new Map<string, Authorization>([ann, bob].map((id) => [id, callerOf(id)]))
  const server = await serve(stores, {
    factories: chatFactories,
    channels: [channel('on_create_post', { description: 'A post.', source: afterCreate('post') })],
    tokens: {
      peek: (token) => callers.get(token),
      verify: () => Promise.reject(new UnauthenticatedError()),
    },
    logger: { level: 'info', stream: { write: (line) => void log.push(line) } },
    ...options,
  })
  t.teardown(() => server.close())
  const connect = async (as?: string) => {
    const headers = as === undefined ? {} : { authorization: `Bearer ${as}` }
    return createSocketClient(await server.http.injectWS('/subscription', { headers }))
  }
  return { server, stores, log, callers, connect }
}

test('a conversation is made, joined, written to, watched and left over one socket', async (t) => {
  const { connect } = await open(t)
  const client = await connect(ann)
  const { call, next } = socketCalls(client)
  const made = await call<{ key: string }>('room_create', { item: { title: 'Attic' } })
  t.match(made, { type: 'Result', status: 201, payload: { item: { owner_id: ann } } })
  const room_id = made.payload.key
  const post = (text: string) => call<{ key: string }>('post_create', { item: { room_id, text } })
  t.match(await post('too early'), { type: 'Error', status: 403 })
  const joined = await call('member_create', { item: { room_id, person_id: ann, role: 'host' } })
  t.equal(joined.status, 201)
  t.equal((await call('member_create', { item: { room_id, person_id: bob } })).status, 201)
  client.send({ type: 'Subscribe', id: 'live', payload: 'on_create_post' })
  t.match(await next(), { type: 'Subscribed', id: 'live' })

  const written = await post('Hello')
  t.equal(written.status, 201)
  const { key } = written.payload
  t.match(await next(), { type: 'Event', id: 'live', key, payload: { text: 'Hello' } })
  const his = socketCalls(await connect(bob))
  t.match(await his.call('room_posts_search', { key: room_id, include: 'author' }), {
    payload: { results: [{ key, item: { author: { name: 'ann' } } }] },
  })
  t.equal((await his.call('post_create', { item: { room_id, text: 'Hi' } })).status, 201)
  t.match(await next(), { type: 'Event', payload: { text: 'Hi', author_id: bob } })

  const membership = keyOf(member, { room_id, person_id: ann })
  t.match(await call('member_delete', { key: membership }), { type: 'Result', status: 204 })
  t.match(await post('too late'), { type: 'Error', status: 403 })
})

const whence = action('whence', {
  description: 'Tells where the request came from.',
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({ prepared: Type.String(), run: Type.String() }),
  triggers: [web()],
  isPublic: true,
  prepare: async (_input, { client }) => toldOf(client),
  run: async (_input, { client, prepared }) => ({ prepared, run: toldOf(client) }),
})

function toldOf(client: RequestClient | undefined): string {
  return `${client?.userAgent ?? 'nothing'} at ${client?.address ?? 'nowhere'}`
}

/** What the action is told by HTTP and by a socket that claims to be forwarded. */
async function askWhence(t: Test, options: Partial<ServerOptions>) {
  const { server } = await open(t, { actions: [whence], ...options })
  const headers = { 'user-agent': 'Some\tone/1', 'x-forwarded-for': '198.51.100.9, 2001:db8::7' }
  const path = '/actions/whence'
  const response = await server.http.inject({ method: 'POST', url: path, headers })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  const socket = new WebSocket(`${address.replace('http', 'ws')}/subscription`, { headers })
  const client = createSocketClient(socket)
  await new Promise((resolve) => socket.on('open', resolve))
  const { payload } = await socketCalls(client).call('whence')
  socket.close()
  return [response.json<unknown>(), payload]
}

test('an action is told who is at the other end, the same over HTTP and a socket', async (t) => {
  const told = 'Someone/1 at 127.0.0.1'
  const expected = { prepared: told, run: told }
  t.same(await askWhence(t, {}), [expected, expected], 'nobody is believed')
})

test('behind a balancer that is trusted, the other end is where it says', async (t) => {
  const told = 'Someone/1 at 2001:db8::7'
  const expected = { prepared: told, run: told }
  t.same(await askWhence(t, { trustProxy: ['127.0.0.1'] }), [expected, expected])
})

test('a search with its cursor and a subscription since it have everything, once', async (t) => {
  const { connect, stores } = await open(t)
  const { key: room_id } = await stores.store('room').create({ title: 'Attic', owner_id: ann })
  const write = async (text: string) =>
    (await stores.store('post').create({ room_id, author_id: ann, text })).key
  const before = [await write('a'), await write('b')]
  const client = await connect(ann)
  const { call, next } = socketCalls(client)
  const page = await call<{ cursor: string; results: { key: string }[] }>('post_search', {
    cursor: true,
  })
  const after = [await write('c'), await write('d')]
  const { cursor: since, results } = page.payload
  const payload = { channel: 'on_create_post', since }
  client.send({ type: 'Subscribe', id: 1, payload })
  t.match(await next(), { type: 'Subscribed', payload: { recovered: true } })
  const seen = new Set(results.map(({ key }) => key))
  t.same(seen, new Set(before))
  while (seen.size < 4) seen.add(String((await next())['key']))
  t.same(seen, new Set([...before, ...after]))
})

test('calls run side by side up to the limit, and one that ends makes room', async (t) => {
  const running = createGathering<() => void>()
  const wait = action('wait', {
    description: 'Waits until it may end.',
    input: Type.Object({}, { additionalProperties: false }),
    triggers: [web()],
    isTransactional: false,
    run: () => new Promise<void>((resolve) => running.add(resolve)),
  })
  const { connect, server } = await open(t, { actions: [wait], socketLimits: { calls: 2 } })
  const client = await connect(ann)
  const call = (id: number) => ({ type: 'Call', id, payload: { action: 'wait' } })
  client.send(call(1), call(2))
  await running.until((all) => all.length === 2)
  const refused = await client.ask(call(3))
  const payload = { type: '/problems/too_many_requests', status: 429 }
  t.match(refused, { type: 'Error', id: 3, status: 429, payload })
  t.match(await client.ask(call(2)), { type: 'Error', id: 2, status: 409 })
  const subscribe = { type: 'Subscribe', id: 2, payload: 'on_create_post' }
  t.match(await client.ask(subscribe), { type: 'Error', id: 2, status: 409 })
  t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' }, 'other frames go on meanwhile')
  running.all[1]?.()
  t.match(await client.next(), { type: 'Result', id: 2, status: 204 })
  client.send(call(3))
  await running.until((all) => all.length === 3)

  const closed = server.close()
  for (const end of running.all) end()
  const ends = [await client.next(), await client.next()].map((frame) => frame['id'])
  t.same(ends, [1, 3], 'what is in flight is answered before the end')
  t.equal(await client.closed, 1012)
  await closed
})

test('whose token is good no more can call nothing, and what is refused is logged', async (t) => {
  const { connect, log, callers } = await open(t)
  const { call } = socketCalls(await connect(ann))
  t.equal((await call('room_search')).status, 200)
  callers.delete(ann)
  t.match(await call('room_search'), { type: 'Error', status: 401 })
  const anonymous = socketCalls(await connect())
  t.equal((await anonymous.call('room_search')).status, 401)
  t.equal((await anonymous.call('person_search')).status, 200)
  const refused = log.map((line) => JSON.parse(line) as object).filter((line) => 'action' in line)
  t.match(refused, [
    { level: 40, msg: 'refused', action: 'room_search', status: 401, user: ann },
    { level: 40, msg: 'refused', action: 'room_search', status: 401, user: undefined },
  ])
})
