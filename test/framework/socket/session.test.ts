/** A socket lives as long as its client behaves, answers and is who it was. */
import { once } from 'node:events'
import t from 'tap'
import { cardCreated, somebody } from '../../kit/cards.ts'
import { createGathering } from '../../kit/gathering.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import { openSocketServer, type SocketServerOptions } from '../../kit/socket-server.ts'

interface Tap {
  teardown(close: () => Promise<unknown>): void
}

async function open(t: Tap, options: SocketServerOptions = {}) {
  const clock = createManualClock()
  const nowSeconds = clock.now() / 1000
  const callers = {
    'of.ann.1': somebody('ann', { expiresAtSeconds: nowSeconds + 900 }),
    'of.ann.2': somebody('ann', { expiresAtSeconds: nowSeconds + 1800 }),
  }
  const server = await openSocketServer({ callers, clock, ...options })
  t.teardown(() => server.app.close())
  return { ...server, clock }
}

t.test('too many frames at once close the socket, and the steady stream does not', async (t) => {
  const { connect, clock } = await open(t)
  const steady = await connect()
  for (let second = 0; second < 4; second += 1) {
    for (let count = 0; count < 50; count += 1) await steady.ask({ type: 'Ping' })
    clock.advance(1000)
  }
  const greedy = await connect()
  for (let count = 0; count < 100; count += 1) await greedy.ask({ type: 'Ping' })
  greedy.send({ type: 'Ping' }, { type: 'Ping' })
  t.equal(await greedy.closed, 4429)
  t.match(await steady.ask({ type: 'Ping' }), { type: 'Pong' })
})

t.test('pings of the client count as frames', async (t) => {
  const { dial } = await open(t, { limits: { frameBurst: 5 } })
  const { client } = await dial()
  for (let count = 0; count < 6; count += 1) client.socket.ping()
  t.equal(await client.closed, 4429)
})

t.test('a frame that is too large closes the socket', async (t) => {
  const { dial, errors } = await open(t)
  const { client } = await dial()
  const frame = (length: number): string => '"'.padEnd(length - 1, 'x') + '"'
  t.match(await client.ask(frame(65_536)), { type: 'Error', status: 400 })
  client.send(frame(65_537))
  t.equal(await client.closed, 1009)
  t.same(errors, [], 'what a client does wrong is no defect')
})

t.test('a socket whose client answers pings stays, one whose client does not is cut', async (t) => {
  const { dial, clock, app } = await open(t)
  const { client } = await dial()
  const [served] = app.websocketServer.clients
  const { client: dead } = await dial('/subscription', { autoPong: false })
  const answered = served === undefined ? undefined : once(served, 'pong')
  clock.advance(25_000)
  await answered
  clock.advance(24_999)
  t.equal(app.websocketServer.clients.size, 2)
  clock.advance(1)
  t.equal(await dead.closed, 1006)
  t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' })
})

const NO_PINGS = { limits: { pingSeconds: 1_000_000 } }

t.test('before its token ends a client is warned, and after the grace it is closed', async (t) => {
  const { connect, clock, feed } = await open(t, NO_PINGS)
  const client = await connect({ authorization: 'Bearer of.ann.1' })
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  feed.commit(cardCreated('c1', { is_public: false }))
  t.match(await client.next(), { key: 'c1' })
  clock.advance(840_000)
  t.same(await client.next(), { type: 'Expiring', payload: { expires_in: 60 } })
  clock.advance(84_999)
  t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' })
  clock.advance(1)
  t.equal(await client.closed, 4401)
})

t.test('a fresh token in the grace keeps the socket and its subscriptions', async (t) => {
  const { connect, clock, feed } = await open(t, NO_PINGS)
  const client = await connect({ authorization: 'Bearer of.ann.1' })
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  clock.advance(910_000)
  t.match(await client.next(), { type: 'Expiring' })
  t.same(await client.ask({ type: 'Authenticate', payload: { token: 'of.ann.2' } }), {
    type: 'Authenticated',
    payload: { subject: 'ann', expires_in: 890 },
  })
  clock.advance(100_000)
  feed.commit(cardCreated('c1', { is_public: false }))
  t.match(await client.next(), { key: 'c1' })
})

t.test('a token that is good no more closes the socket within five seconds', async (t) => {
  const { connect, clock, verifier, feed } = await open(t, NO_PINGS)
  const client = await connect({ authorization: 'Bearer of.ann.1' })
  const stranger = await connect()
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  clock.advance(5_000)
  t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' })
  verifier.callers.delete('of.ann.1')
  clock.advance(5_000)
  t.equal(await client.closed, 4401)
  feed.commit(cardCreated('c1', { is_public: false }))
  t.same(client.waiting, [])
  t.match(await stranger.ask({ type: 'Ping' }), { type: 'Pong' })
})

t.test('a client that is gone leaves no subscription, timer or count behind', async (t) => {
  const { connect, clock, feed, app, judged } = await open(t, { limits: { socketsPerUser: 1 } })
  const timers = clock.size
  const client = await connect({ authorization: 'Bearer of.ann.1' })
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  t.equal(clock.size, timers + 1)
  const [served] = app.websocketServer.clients
  const gone = served === undefined ? undefined : once(served, 'close')
  client.socket.terminate()
  await gone
  t.equal(clock.size, timers)
  feed.commit(cardCreated('c1'))
  t.equal(judged(), 0)
  const next = await connect({ authorization: 'Bearer of.ann.1' })
  t.match(await next.ask({ type: 'Ping' }), { type: 'Pong' })
})

t.test(
  'of who is revoked only the calls in flight are answered, and nothing is told',
  async (t) => {
    const called = createGathering<string>()
    const { promise: done, resolve } = Promise.withResolvers<undefined>()
    const { connect, feed, verifier, clock } = await open(t, {
      async call({ action }) {
        called.add(action)
        await (action === 'quick' ? done : new Promise(() => undefined))
        return { status: 204 }
      },
    })
    for (const action of ['quick', 'endless']) {
      const client = await connect({ authorization: 'Bearer of.ann.1' })
      await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
      client.send({ type: 'Call', id: 1, payload: { action } })
      await called.until((actions) => actions.includes(action))
      verifier.revoke({ kind: 'subject', name: 'ann' })
      feed.commit(cardCreated('c1'))
      client.send({ type: 'Subscribe', id: 2, payload: 'on_create_card' }, { type: 'Ping' })
      resolve(undefined)
      if (action === 'quick') t.match(await client.next(), { type: 'Result', id: 1, status: 204 })
      else clock.advance(5_000)
      t.equal(await client.closed, 4401)
      t.same(client.waiting, [])
    }
  },
)
