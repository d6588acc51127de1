/** Sockets from the outside: who may open one, and the frames of a whole conversation as they are on the wire. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import Fastify from 'fastify'
import type { ClientOptions } from 'ws'
import { UnavailableError } from '../../../framework/errors.ts'
import { isSocketUpgrade } from '../../../framework/socket/register-socket.ts'
import { cardCreated, somebody } from '../../kit/cards.ts'
import { openSocketServer, type SocketServerOptions } from '../../kit/socket-server.ts'

const TOKEN = 'of.ann.1'
const CALLERS = { [TOKEN]: somebody('ann') }

interface Tap {
  teardown(close: () => Promise<unknown>): void
}

async function open(t: Tap, options: SocketServerOptions = {}) {
  const server = await openSocketServer({ callers: CALLERS, ...options })
  t.teardown(() => server.app.close())
  return server
}

t.test('an anonymous client subscribes, gets what is created, and ends it', async (t) => {
  const { feed, dial } = await open(t)
  const { client, headers } = await dial()
  t.notOk('sec-websocket-protocol' in headers)
  t.notOk('sec-websocket-extensions' in headers)
  t.same(await client.ask({ type: 'Subscribe', payload: 'on_create_card' }), {
    type: 'Subscribed',
    payload: { channel: 'on_create_card', cursor: 'e1-0', recovered: true },
  })
  feed.commit(cardCreated('c1'))
  t.same(await client.next(), {
    type: 'Event',
    channel: 'on_create_card',
    op: 'create',
    key: 'c1',
    cursor: 'e1-1',
    payload: { id: 'c1', text: 'text of c1', author: 'ann', is_public: true },
  })
  t.same(await client.ask({ type: 'Unsubscribe', payload: 'on_create_card' }), {
    type: 'Unsubscribed',
    channel: 'on_create_card',
    payload: { reason: 'client' },
  })
  feed.commit(cardCreated('c2'))
  t.match(await client.ask('nonsense'), { type: 'Error', status: 400, payload: { status: 400 } })
  t.same(await client.ask({ type: 'Ping' }), { type: 'Pong', payload: { cursor: 'e1-2' } })
  t.same(client.waiting, [])
})

t.test('each way of bringing a token works, and none is echoed', async (t) => {
  const { feed, dial } = await open(t)
  const entry = `base64url.bearer.${TOKEN}`
  const ways: readonly (ClientOptions & { readonly protocols?: string[] })[] = [
    { headers: { authorization: `Bearer ${TOKEN}` } },
    { protocols: ['holdfast.v1', entry] },
    { protocols: [entry, 'holdfast.v1'] },
  ]
  for (const way of ways) {
    const { client, headers } = await dial('/subscription', way)
    t.equal(headers['sec-websocket-protocol'], way.protocols && 'holdfast.v1')
    t.notMatch(JSON.stringify(headers), TOKEN)
    await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
    feed.commit(cardCreated('c1', { is_public: false }))
    t.match(await client.next(), { key: 'c1' })
  }
})

t.test('an upgrade that is refused is a problem, never a socket', async (t) => {
  const { dial, app } = await open(t)
  const table: readonly (readonly [
    status: number,
    url: string,
    options: ClientOptions & { readonly protocols?: string[] },
  ])[] = [
    [400, '/subscription?token=of.ann.1', {}],
    [400, '/subscription?access_token=of.ann.1', {}],
    [401, '/subscription', { headers: { authorization: 'Bearer forged' } }],
    [401, '/subscription', { headers: { authorization: 'Basic YTpi' } }],
    [401, '/subscription', { protocols: ['holdfast.v1', 'base64url.bearer.forged'] }],
    [403, '/subscription', { origin: 'https://evil.example' }],
    [403, '/subscription', { origin: 'null' }],
    [403, '/subscription', { origin: 'http://localhost:1' }],
    [426, '/subscription', { protocolVersion: 8 }],
    [400, '/other', {}],
    [400, '/nothing', {}],
  ]
  for (const [status, url, options] of table) {
    const name = `${url} ${JSON.stringify(options)}`
    const refused = await dial(url, options)
    t.equal(refused.status, status, name)
    t.equal(refused.headers['content-type'], 'application/problem+json', name)
    t.match(JSON.parse(refused.body), { status, title: String, type: String }, name)
    t.notMatch(refused.body, TOKEN)
    t.equal(refused.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined, name)
  }
  t.equal(app.websocketServer.clients.size, 0)
})

t.test('a page of the own host and of an allowed origin may connect', async (t) => {
  const { dial, app } = await open(t, { allowedOrigins: ['https://app.example.org'] })
  await dial()
  const { port } = app.server.address() as AddressInfo
  const own = await dial('/subscription', { origin: `http://127.0.0.1:${port}` })
  t.equal(own.status, 101)
  t.equal((await dial('/subscription', { origin: 'https://app.example.org' })).status, 101)
  const other = await dial('/subscription', { origin: `http://127.0.0.1:${port + 1}` })
  t.equal(other.status, 403)
})

t.test('outside production browser extensions and pages of this machine may connect', async (t) => {
  const { dial } = await open(t, { isProduction: false })
  for (const origin of ['chrome-extension://abcdef', 'http://localhost:5173']) {
    t.equal((await dial('/subscription', { origin })).status, 101, origin)
  }
  t.equal((await dial('/subscription', { origin: 'https://evil.example' })).status, 403)
})

t.test('without an upgrade there is only the hint that one is needed', async (t) => {
  const { app } = await open(t)
  const answer = await app.inject('/subscription')
  t.equal(answer.statusCode, 426)
  t.match(answer.headers, { 'content-type': 'application/problem+json', upgrade: 'websocket' })
  t.same(answer.json(), {
    type: 'about:blank',
    title: 'Upgrade Required',
    status: 426,
    detail: 'Ask for an upgrade to a websocket of version 13.',
    instance: '/subscription',
  })
  t.equal((await app.inject('/other')).body, 'plain')
})

/** Sends a request as it stands, and gives the head of the answer; the server has to end the connection. */
async function exchange(port: number, request: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(request)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

t.test('a refused upgrade leaves no connection open', async (t) => {
  const { dial, app } = await open(t)
  await dial()
  const { port } = app.server.address() as AddressInfo
  const upgrade = 'host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
  t.match(await exchange(port, `GET /other HTTP/1.1\r\n${upgrade}`), /^HTTP\/1\.1 400 /)
  t.match(await exchange(port, `POST /subscription HTTP/1.1\r\n${upgrade}`), /^HTTP\/1\.1 400 /)
  t.match(await exchange(port, `HEAD /subscription HTTP/1.1\r\n${upgrade}`), /^HTTP\/1\.1 400 /)
  t.match(await exchange(port, `GET /subscription HTTP/1.1\r\n${upgrade}`), /^HTTP\/1\.1 426 /)
  const version = `sec-websocket-version: 13\r\n${upgrade}`
  t.match(await exchange(port, `GET /subscription HTTP/1.1\r\n${version}`), /^HTTP\/1\.1 400 /)
  const other = 'host: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'
  t.match(await exchange(port, `GET /other HTTP/1.1\r\n${other}`), /^HTTP\/1\.1 400 /)
})

t.test('an upgrade that hangs is cut, and a socket is not', async (t) => {
  const { dial, app } = await open(t)
  const timeouts: (number | undefined)[] = []
  const look = ({ socket }: IncomingMessage): void => void timeouts.push(socket.timeout)
  app.server.on('upgrade', look)
  app.websocketServer.on('connection', (_socket, request) => look(request))
  await dial()
  t.same(timeouts, [10_000, 0])
})

t.test('told what an upgrade is, the server ignores others', async (t) => {
  const app = Fastify({ http: { shouldUpgradeCallback: isSocketUpgrade } })
  t.teardown(() => app.close())
  app.get('/other', () => 'plain')
  app.server.on('upgrade', (_request, socket) => socket.destroy())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const head = 'GET /other HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: '
  t.match(await exchange(port, `${head}h2c\r\n\r\n`), /^HTTP\/1\.1 200 /)
  t.equal(await exchange(port, `${head}WebSocket\r\n\r\n`), '')
})

t.test('an address and a user have so many sockets and no more', async (t) => {
  const { dial, app } = await open(t, { limits: { socketsPerAddress: 3, socketsPerUser: 1 } })
  const { client } = await dial('/subscription', { headers: { authorization: `Bearer ${TOKEN}` } })
  const crowded = await dial('/subscription', { headers: { authorization: `Bearer ${TOKEN}` } })
  t.equal(crowded.status, 429)
  t.equal(crowded.headers['retry-after'], '60')
  const { client: stranger } = await dial()
  t.match(await stranger.ask({ type: 'Authenticate', payload: { token: TOKEN } }), { status: 429 })
  await dial()
  t.equal((await dial()).status, 429)
  const [served] = app.websocketServer.clients
  const gone = served === undefined ? undefined : once(served, 'close')
  client.socket.terminate()
  await gone
  t.match(await stranger.ask({ type: 'Authenticate', payload: { token: TOKEN } }), {
    type: 'Authenticated',
  })
  t.equal((await dial()).status, 101)
})

t.test('a verifier that is away or broken is told as no more than that', async (t) => {
  const { dial, verifier, errors } = await open(t)
  const headers = { authorization: `Bearer ${TOKEN}` }
  verifier.beforeVerify = () => Promise.reject(new UnavailableError())
  const away = await dial('/subscription', { headers })
  t.equal(away.status, 503)
  t.equal(away.headers['retry-after'], '1')
  t.same(errors, [])
  verifier.beforeVerify = () => Promise.reject(new RangeError('select secret'))
  const broken = await dial('/subscription', { headers })
  t.equal(broken.status, 500)
  t.notMatch(broken.body, 'secret')
  t.match(errors, [/select secret/])
  t.equal(errors.length, 1)
})

t.test('a socket in which something of ours breaks is cut, and it is logged', async (t) => {
  const { dial, app, errors } = await open(t)
  const { client } = await dial()
  const [served] = app.websocketServer.clients
  served?.emit('error', new RangeError('broken'))
  t.equal(await client.closed, 1006)
  t.match(errors, [/broken/])
})

t.test('a client that leaves while its token is verified is nobody', async (t) => {
  const { dial, app, verifier, errors } = await open(t, { limits: { socketsPerUser: 1 } })
  await dial()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const asked = new Promise((settled) => {
    verifier.beforeVerify = () => {
      settled(undefined)
      return promise
    }
  })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const head =
    'host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n'
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  socket.write(`GET /subscription HTTP/1.1\r\n${head}${key}authorization: Bearer ${TOKEN}\r\n\r\n`)
  await asked
  socket.destroy()
  await once(socket, 'close')
  resolve(undefined)
  verifier.beforeVerify = () => Promise.resolve()
  const { status } = await dial('/subscription', { headers: { authorization: `Bearer ${TOKEN}` } })
  t.equal(status, 101)
  t.same(errors, [])
})
