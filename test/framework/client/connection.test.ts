/** Tests connection.ts through a client, against a server under the hand of the test. */
import t from 'tap'
import { openScriptedClient, takeSubscribe, tokens } from '../../kit/scripted-client.ts'

const CHANNEL = 'on_create_message'

function refused(id: unknown): object {
  const payload = { type: '/problems/unauthenticated', title: 'Not logged in', status: 401 }
  return { type: 'Error', id, status: 401, payload }
}

t.test(
  'all subscriptions share one socket, which closes a while after the last has ended',
  async (t) => {
    const { server, client, clock } = await openScriptedClient(t)
    const [one, other] = ['message', CHANNEL].map((name) =>
      client.channel(name as 'message').subscribe(() => undefined),
    )
    const socket = await server.nextSocket()
    t.equal(socket.socket.protocol, 'holdfast.v1')
    t.match(await takeSubscribe(socket), {
      type: 'Subscribe',
      id: 1,
      payload: { channel: 'message' },
    })
    t.match(await takeSubscribe(socket), {
      type: 'Subscribe',
      id: 2,
      payload: { channel: CHANNEL },
    })
    one?.close()
    t.same(await socket.next(), { type: 'Unsubscribe', id: 1 })
    other?.close()
    t.same(await socket.next(), { type: 'Unsubscribe', id: 2 })
    client
      .channel('user')
      .subscribe(() => undefined)
      .close()
    await socket.next()
    await socket.next()
    clock.advance(5_000)
    t.equal(await socket.closed, 1005)
    t.equal(server.socketCount, 1)
    t.equal(clock.size, 0, 'no timer is left')
  },
)

t.test(
  'who is logged in says so first, and a socket of nobody is not used for somebody',
  async (t) => {
    const { server, client } = await openScriptedClient(t)
    client.channel(CHANNEL).subscribe(() => undefined)
    const anonymous = await server.nextSocket()
    await takeSubscribe(anonymous)
    server.answer = () => ({ body: tokens('1') })
    await client.login('tim', 'secret')
    await anonymous.closed
    const socket = await server.nextSocket()
    const hello = await socket.next()
    t.same(hello, { type: 'Authenticate', id: 0, payload: { token: 'access-1' } })
    t.same(socket.waiting, [], 'nothing is asked before the server knows who asks')
    socket.send({ type: 'Authenticated', id: 0, payload: { subject: 'tim', expires_in: 900 } })
    t.match(await takeSubscribe(socket), { payload: { since: 'e-0' } })
  },
)

t.test('a token that is refused or ends is renewed, once for all', async (t) => {
  const { server, client } = await openScriptedClient(t)
  let count = 0
  server.answer = () => ({ body: tokens(String(++count)) })
  await client.login('tim', 'secret')
  client.channel(CHANNEL).subscribe(() => undefined)
  const socket = await server.nextSocket()
  t.match(await socket.ask(refused((await socket.next())['id'])), {
    payload: { token: 'access-2' },
  })
  socket.send({ type: 'Authenticated', id: 0 })
  await takeSubscribe(socket)
  t.match(await socket.ask({ type: 'Expiring', payload: { expires_in: 60 } }), {
    type: 'Authenticate',
    payload: { token: 'access-3' },
  })
  socket.send({ type: 'Authenticated', id: 0 })
  socket.socket.close(4401)
  const next = await server.nextSocket()
  t.match(await next.next(), { payload: { token: 'access-4' } })
  next.send({ type: 'Authenticated', id: 0 })
  await takeSubscribe(next)
  t.equal(count, 4)
})

t.test('4401 again ends what needs the socket', async (t) => {
  const { server, client } = await openScriptedClient(t)
  let count = 0
  server.answer = () => ({ body: tokens(String(++count)) })
  await client.login('tim', 'secret')
  const ended = new Promise((onError) =>
    client.channel(CHANNEL).subscribe(() => undefined, { onError }),
  )
  for (let sockets = 0; sockets < 2; sockets++) {
    const socket = await server.nextSocket()
    await socket.next()
    socket.socket.close(4401)
  }
  t.match(await ended, { name: 'ProblemError', code: 'unauthenticated', status: 401 })
  t.equal(count, 2)
  t.equal(server.socketCount, 2)
})

t.test('a refresh that is refused logs out, and goes on as nobody', async (t) => {
  const loggedOut = Promise.withResolvers()
  const { server, client } = await openScriptedClient(t, { onLoggedOut: loggedOut.resolve })
  server.answer = ({ line }) =>
    line === 'POST /actions/login'
      ? { body: tokens('1') }
      : { status: 401, body: { type: '/problems/unauthenticated', title: 'Not logged in' } }
  await client.login('tim', 'secret')
  client.channel(CHANNEL).subscribe(() => undefined)
  const socket = await server.nextSocket()
  socket.send(refused((await socket.next())['id']))
  t.match(await loggedOut.promise, { status: 401 })
  t.equal(client.isLoggedIn(), false)
  const next = await server.nextSocket()
  t.match(await takeSubscribe(next), { type: 'Subscribe' })
})

t.test('a socket that breaks, or a server that restarts, is connected to again', async (t) => {
  const { server, client } = await openScriptedClient(t)
  client.channel(CHANNEL).subscribe(() => undefined)
  for (const code of [1012, 4508, 1011]) {
    const socket = await server.nextSocket()
    await takeSubscribe(socket)
    socket.socket.close(code)
  }
  const cut = await server.nextSocket()
  await takeSubscribe(cut)
  cut.socket.terminate()
  await takeSubscribe(await server.nextSocket())
})

t.test('what the server subscribes a socket to by itself is told to no subscription', async (t) => {
  const { server, client } = await openScriptedClient(t)
  const keys: string[] = []
  const heard = new Promise<void>((resolve) => {
    client.channel(CHANNEL).subscribe(({ key }) => {
      keys.push(key)
      if (key === 'own') resolve()
    })
  })
  const socket = await server.nextSocket()
  const { id } = await takeSubscribe(socket)
  const payload = { channel: CHANNEL, cursor: 'e-8', recovered: true }
  const event = { type: 'Event', channel: CHANNEL, op: 'create', payload: {} }
  socket.send({ type: 'Subscribed', payload })
  socket.send({ ...event, key: 'other', cursor: 'e-9' })
  socket.send({ type: 'Error', status: 403, payload: { title: 'Not allowed', status: 403 } })
  socket.send({ type: 'Unsubscribed', channel: CHANNEL, payload: { reason: 'forbidden' } })
  socket.send({ ...event, id, key: 'own', cursor: 'e-1' })
  await heard
  t.same(keys, ['own'])
})

t.test('44xx is final: the same again would end the same', async (t) => {
  for (const [code, told] of [
    [4429, { status: 429, code: 'too_many_requests' }],
    [4403, { status: 403, code: 'forbidden' }],
    [1009, { status: 413, code: undefined }],
  ] as const) {
    const { server, client, clock } = await openScriptedClient(t)
    const ended = new Promise((onError) =>
      client.channel(CHANNEL).subscribe(() => undefined, { onError }),
    )
    const socket = await server.nextSocket()
    socket.socket.close(code)
    t.match(await ended, told)
    t.equal(clock.size, 0)
    t.equal(server.socketCount, 1)
  }
})

t.test('a silent socket is asked, and cut when it stays silent', async (t) => {
  const { server, client, clock } = await openScriptedClient(t)
  client.channel(CHANNEL).subscribe(() => undefined)
  const socket = await server.nextSocket()
  await takeSubscribe(socket)
  clock.advance(35_000)
  t.same(await socket.next(), { type: 'Ping' })
  clock.advance(10_000)
  await takeSubscribe(await server.nextSocket())
})

for (const [gone, back] of [
  ['offline', 'online'],
  ['visibilitychange', 'visibilitychange'],
] as const)
  t.test(
    `a socket is asked at ${gone}, and one that is gone opened at once at ${back}`,
    async (t) => {
      const network = new EventTarget()
      const { server, client } = await openScriptedClient(t, { network })
      client.channel(CHANNEL).subscribe(() => undefined)
      const socket = await server.nextSocket()
      await takeSubscribe(socket)
      network.dispatchEvent(new Event(gone))
      t.same(await socket.next(), { type: 'Ping' })
      socket.send({ type: 'Pong', payload: { cursor: 'e-9' } })
      socket.socket.terminate()
      await socket.closed
      network.dispatchEvent(new Event(back))
      t.match(await takeSubscribe(await server.nextSocket()), { payload: { since: 'e-9' } })
    },
  )

t.test('a server that can’t be reached is tried again until it is there', async (t) => {
  let attempts = 0
  const { server, client } = await openScriptedClient(t, {
    WebSocket: class extends WebSocket {
      constructor(url: string, protocol: string) {
        super(++attempts < 3 ? 'ws://127.0.0.1:1/' : url, protocol)
      }
    },
  })
  client.channel(CHANNEL).subscribe(() => undefined)
  await takeSubscribe(await server.nextSocket())
  t.equal(attempts, 3)
})
