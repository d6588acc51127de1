/** Each frame of a client gets one answer, and a wrong one closes nothing. */
import t from 'tap'
import { NotFoundError, UnavailableError } from '../../../framework/errors.ts'
import { cardCreated, somebody } from '../../kit/cards.ts'
import type { Frame } from '../../kit/socket-client.ts'
import { openSocketServer, type SocketServerOptions } from '../../kit/socket-server.ts'

async function open(t: Tap, options: SocketServerOptions = {}) {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const callers = {
    'of.ann.1': somebody('ann', { expiresAtSeconds: nowSeconds + 900 }),
    'of.ann.2': somebody('ann', { expiresAtSeconds: nowSeconds + 1800, scopes: ['admin'] }),
    'of.bob.1': somebody('bob', { expiresAtSeconds: nowSeconds + 900 }),
  }
  const server = await openSocketServer({ callers, ...options })
  t.teardown(() => server.app.close())
  return { ...server, client: await server.connect() }
}

interface Tap {
  teardown(close: () => Promise<unknown>): void
}

const error = (status: number, id?: string | number) => ({
  type: 'Error',
  ...(id === undefined ? {} : { id }),
  status,
  payload: { type: /^\/problems\//, title: String, status },
})

/** Serves calls that subscribe. */
const JOINING: SocketServerOptions = {
  async call({ action }) {
    if (action === 'nothing') throw new NotFoundError()
    return { status: 204 }
  },
  channelsOf: (operation) =>
    ({
      join: ['on_create_card'],
      nothing: ['on_create_card'],
      keep: ['on_create_keeper'],
    })[operation] ?? [],
}

const callOf = (id: number, action: string) => ({ type: 'Call', id, payload: { action } })

t.test('the frames of a subscription with an id carry it', async (t) => {
  const { client, feed } = await open(t)
  const payload = { channel: 'on_create_card', ops: ['create'] }
  t.same(await client.ask({ type: 'Subscribe', id: 'mine', payload }), {
    type: 'Subscribed',
    id: 'mine',
    payload: { channel: 'on_create_card', cursor: 'e1-0', recovered: true },
  })
  feed.commit(cardCreated('c1'))
  t.match(await client.next(), { type: 'Event', id: 'mine', key: 'c1' })
  t.same(await client.ask({ type: 'Unsubscribe', id: 'mine' }), {
    type: 'Unsubscribed',
    id: 'mine',
    channel: 'on_create_card',
    payload: { reason: 'client' },
  })
  feed.commit(cardCreated('c2'))
  t.same(await client.ask({ type: 'Ping', id: 'mine' }), {
    type: 'Pong',
    id: 'mine',
    payload: { cursor: 'e1-2' },
  })
})

t.test('a client that comes back gets what it missed, or is told that it can not', async (t) => {
  const { client, feed } = await open(t)
  feed.commit(cardCreated('c1'), cardCreated('c2'))
  const ask = (id: number, since: string): Promise<Frame> =>
    client.ask({ type: 'Subscribe', id, payload: { channel: 'on_create_card', since } })
  t.match(await ask(1, 'e1-1'), { id: 1, payload: { cursor: 'e1-1', recovered: true } })
  t.match(await client.next(), { id: 1, key: 'c2', cursor: 'e1-2' })
  t.match(await ask(2, 'gone-1'), { id: 2, payload: { cursor: 'e1-2', recovered: false } })
})

t.test('wrong frames are answered with what is wrong', async (t) => {
  const { client } = await open(t)
  await client.ask({ type: 'Subscribe', id: 1, payload: 'on_create_card' })
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  const table: readonly (readonly [frame: object | string, answer: object])[] = [
    ['', error(400)],
    ['{', error(400)],
    ['{"type":"Ping","type":"Ping"}', error(400)],
    [`${'['.repeat(1000)}${']'.repeat(1000)}`, error(400)],
    ['{"type":"Ping","id":"\\ud800"}', error(400)],
    ['{"type":"Ping","__proto__":{}}', error(400)],
    ['[]', error(400)],
    ['null', error(400)],
    [{ type: 'Nonsense' }, error(400)],
    [{ type: 'Nonsense', id: 9 }, error(400, 9)],
    [{ type: 'Call', id: 9, payload: { action: 'card_create', input: {} } }, error(404, 9)],
    [{ type: 'Call', id: 1, payload: { action: 'card_create' } }, error(409, 1)],
    [{ type: 'Call', payload: { action: 'card_create' } }, error(400)],
    [{ type: 'Call', id: 9, payload: { action: 'card_create', input: [] } }, error(400, 9)],
    [{ type: 'Call', id: 9, payload: { action: 'card_create', key: 1 } }, error(400, 9)],
    [{ type: 'Call', id: 9, payload: { input: {} } }, error(400, 9)],
    [{ type: 'Call', id: 9, payload: { action: 'x'.repeat(201) } }, error(400, 9)],
    [{ type: 'Subscribe', id: 9 }, error(400, 9)],
    [{ type: 'Subscribe', id: 9, payload: 'on_nothing' }, error(404, 9)],
    [{ type: 'Subscribe', id: 9, payload: 'on_create_keeper' }, error(401, 9)],
    [{ type: 'Subscribe', id: 9, payload: { channel: 'on_create_card', since: 'x' } }, error(400, 9)],
    [{ type: 'Subscribe', id: 9, payload: { channel: 'on_create_card', filter: {} } }, error(400, 9)],
    [{ type: 'Subscribe', id: 9, payload: { channel: 'on_create_card', ops: ['update'] } }, error(400, 9)],
    [{ type: 'Subscribe', payload: 'on_create_card' }, error(409)],
    [{ type: 'Subscribe', id: 1, payload: 'on_create_letter' }, error(409, 1)],
    [{ type: 'Ping', id: 1 }, error(409, 1)],
    [{ type: 'Authenticate', id: 1, payload: { token: 'of.ann.1' } }, error(409, 1)],
    [{ type: 'Unsubscribe' }, error(400)],
    [{ type: 'Unsubscribe', id: 9 }, error(404, 9)],
    [{ type: 'Unsubscribe', payload: 'on_create_letter' }, error(404)],
    [{ type: 'Unsubscribe', id: 1, payload: 'on_create_letter' }, error(404, 1)],
    [{ type: 'Authenticate', payload: {} }, error(400)],
    [{ type: 'Authenticate', payload: { token: 'forged' } }, error(401)],
  ] // prettier-ignore
  for (const [frame, answer] of table) {
    const told = await client.ask(frame)
    t.match(told, answer, JSON.stringify(frame))
    if (!('id' in answer)) t.notOk('id' in told, JSON.stringify(frame))
  }
  client.socket.send(Buffer.from('{"type":"Ping"}'), { binary: true })
  t.match(await client.next(), error(400))
  t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' }, 'the socket lives on')
  t.same(client.waiting, [])
})

t.test('a hundred subscriptions are enough', async (t) => {
  const { client } = await open(t, { limits: { subscriptions: 3 } })
  for (const id of [1, 2, 3]) {
    const payload = 'on_create_card'
    t.match(await client.ask({ type: 'Subscribe', id, payload }), { type: 'Subscribed' })
  }
  t.match(await client.ask({ type: 'Subscribe', payload: 'on_create_card' }), error(400))
  await client.ask({ type: 'Unsubscribe', id: 2 })
  t.match(await client.ask({ type: 'Subscribe', payload: 'on_create_card' }), {
    type: 'Subscribed',
  })
})

t.test('a token makes somebody of nobody, and its rights count from then on', async (t) => {
  const { client, feed } = await open(t)
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  feed.commit(cardCreated('c1', { is_public: false }))
  const token = 'of.ann.1'
  const told = await client.ask({ type: 'Authenticate', id: 1, payload: { token } })
  t.match(told, { type: 'Authenticated', id: 1, payload: { subject: 'ann', expires_in: Number } })
  feed.commit(cardCreated('c2', { is_public: false, draft: 'a draft' }))
  t.match(await client.next(), { key: 'c2', payload: { draft: 'a draft' } })
})

t.test('a fresh token has its own rights; of another subject it is refused', async (t) => {
  const { client, feed } = await open(t)
  const authenticate = (token: string): Promise<Frame> =>
    client.ask({ type: 'Authenticate', payload: { token } })
  await authenticate('of.ann.2')
  t.match(await client.ask({ type: 'Subscribe', id: 'k', payload: 'on_create_keeper' }), {
    type: 'Subscribed',
  })
  await client.ask({ type: 'Subscribe', payload: 'on_create_card' })
  t.match(await authenticate('of.bob.1'), error(403))
  feed.commit(cardCreated('c1', { is_public: false }))
  t.match(await client.next(), { key: 'c1' }, 'all is as before')
  t.match(await authenticate('of.ann.1'), { type: 'Authenticated', payload: { subject: 'ann' } })
  t.same(await client.next(), {
    type: 'Unsubscribed',
    id: 'k',
    channel: 'on_create_keeper',
    payload: { reason: 'forbidden' },
  })
  t.match(await client.ask({ type: 'Unsubscribe', id: 'k' }), error(404, 'k'))
})

t.test('frames are answered in their order, whatever they wait for', async (t) => {
  const { app, client, verifier } = await open(t)
  const [served] = app.websocketServer.clients
  const { promise, resolve } = Promise.withResolvers<undefined>()
  verifier.beforeVerify = () => promise
  client.send({ type: 'Authenticate', id: 0, payload: { token: 'of.ann.2' } })
  client.send({ type: 'Subscribe', id: 1, payload: 'on_create_keeper' })
  for (let id = 2; id < 30; id += 1) client.send({ type: 'Ping', id })
  for (let turn = 0; turn < 100 && served?.isPaused === false; turn += 1) {
    await new Promise((settled) => setImmediate(settled))
  }
  t.equal(served?.isPaused, true, 'while too many wait, no more are read')
  resolve(undefined)
  const ids: unknown[] = []
  for (let id = 0; id < 30; id += 1) ids.push((await client.next())['id'])
  t.same(
    ids,
    Array.from({ length: 30 }, (_, id) => id),
  )
  t.match(await client.ask({ type: 'Ping', id: 1 }), error(409, 1), 'subscribed by the new rights')
})

t.test('what is away is told, and tried again it works', async (t) => {
  const { client, feed, errors } = await open(t)
  feed.commit(cardCreated('c1'))
  feed.beforeRead = () => Promise.reject(new UnavailableError())
  const frame = { type: 'Subscribe', payload: { channel: 'on_create_card', since: 'e1-0' } }
  t.match(await client.ask(frame), error(503))
  feed.beforeRead = () => Promise.resolve()
  t.match(await client.ask(frame), { type: 'Subscribed' })
  t.same(errors, [])
})

t.test('a defect is logged, and told as no more than that', async (t) => {
  const { client, feed, errors } = await open(t)
  feed.commit(cardCreated('c1'))
  feed.beforeRead = () => Promise.reject(new RangeError('select secret'))
  const payload = { channel: 'on_create_card', since: 'e1-0' }
  const told = await client.ask({ type: 'Subscribe', payload })
  t.match(told, error(500))
  t.notMatch(JSON.stringify(told), 'secret')
  t.match(errors, [/select secret/])
  t.equal(errors.length, 1)
})

t.test('what a socket still wanted when it closed is not done', async (t) => {
  const { client, connect, verifier } = await open(t, { limits: { socketsPerUser: 1 } })
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const asked = new Promise((settled) => {
    verifier.beforeVerify = () => {
      settled(undefined)
      return promise
    }
  })
  const frame = (token: string) => ({ type: 'Authenticate', payload: { token } })
  client.send(frame('of.ann.1'), frame('of.ann.2'), { type: 'Ping' })
  await asked
  client.socket.terminate()
  await client.closed
  const other = await connect()
  resolve(undefined)
  t.match(await other.ask(frame('of.ann.1')), { type: 'Authenticated' }, 'nobody holds the place')
  t.same(verifier.verified, ['of.ann.1', 'of.ann.1'])
})

t.test('a socket that closes while it waits is subscribed to nothing', async (t) => {
  const { client, feed, connect, judged } = await open(t)
  feed.commit(cardCreated('c1'))
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const asked = new Promise((settled) => {
    feed.beforeRead = () => {
      settled(undefined)
      return promise
    }
  })
  client.send({ type: 'Subscribe', payload: { channel: 'on_create_card', since: 'e1-0' } })
  await asked
  client.socket.terminate()
  await client.closed
  resolve(undefined)
  const other = await connect()
  t.match(await other.ask({ type: 'Ping' }), { type: 'Pong' })
  feed.commit(cardCreated('c2'))
  t.equal(judged(), 0, 'there is nobody left to judge for')
})

t.test('a call subscribes its socket to what the channel says, once', async (t) => {
  const { client, feed } = await open(t, JOINING)
  const join = async (id: number) =>
    t.match(await client.ask(callOf(id, 'join')), { type: 'Result', id })
  await join(1)
  const subscribed = { channel: 'on_create_card', cursor: 'e1-0', recovered: true }
  t.same(await client.next(), { type: 'Subscribed', payload: subscribed })
  feed.commit(cardCreated('c1'))
  t.match(await client.next(), { type: 'Event', channel: 'on_create_card', key: 'c1' })
  await join(2)
  t.match(await client.ask(callOf(3, 'read')), { type: 'Result', id: 3 })
  t.match(await client.ask({ type: 'Ping', id: 4 }), { type: 'Pong', id: 4 }, 'and nothing else')
  t.match(await client.ask({ type: 'Subscribe', payload: 'on_create_card' }), {
    type: 'Subscribed',
    payload: { channel: 'on_create_card' },
  })
  feed.commit(cardCreated('c2'))
  t.match(await client.next(), { type: 'Event', key: 'c2' })
  t.match(await client.ask({ type: 'Ping', id: 5 }), { type: 'Pong', id: 5 }, 'it came once')
  await client.ask({ type: 'Unsubscribe', payload: 'on_create_card' })
  t.match(await client.ask({ type: 'Subscribe', id: 6, payload: 'on_create_card' }), { id: 6 })
  await join(7)
  t.match(await client.ask({ type: 'Ping', id: 8 }), { type: 'Pong' }, 'another one is enough')
})

t.test('calls that fail subscribe to nothing, nor do those whose channel is closed', async (t) => {
  const { client, errors } = await open(t, JOINING)
  t.match(await client.ask(callOf(1, 'nothing')), error(404, 1))
  t.match(await client.ask({ type: 'Ping', id: 2 }), { type: 'Pong', id: 2 })
  t.match(await client.ask(callOf(3, 'keep')), { type: 'Result', id: 3 }, 'the call is done')
  t.match(await client.next(), error(401), 'what an anonymous caller may not see')
  t.match(await client.ask({ type: 'Ping', id: 4 }), { type: 'Pong', id: 4 })
  t.same(errors, [])
})

t.test('a call subscribes to no more than a socket may hold', async (t) => {
  const { client } = await open(t, { ...JOINING, limits: { subscriptions: 1 } })
  await client.ask({ type: 'Subscribe', id: 1, payload: 'card' })
  t.match(await client.ask(callOf(2, 'join')), { type: 'Result', id: 2 })
  t.match(await client.next(), error(400))
  await client.ask({ type: 'Unsubscribe', id: 1 })
  t.match(await client.ask(callOf(3, 'join')), { type: 'Result', id: 3 })
  t.match(await client.next(), { type: 'Subscribed' })
})

t.test('what a call subscribes to goes by the rights of then', async (t) => {
  const [asked, verifying] = [gate(), gate()]
  const { client, verifier } = await open(t, {
    ...JOINING,
    async call() {
      await asked.pass()
      return { status: 204 }
    },
  })
  await client.ask({ type: 'Authenticate', payload: { token: 'of.ann.2' } })
  client.send(callOf(2, 'keep'))
  await asked.reached
  verifier.beforeVerify = verifying.pass
  client.send({ type: 'Authenticate', id: 1, payload: { token: 'of.ann.1' } })
  await verifying.reached
  asked.open()
  t.match(await client.next(), { type: 'Result', id: 2 })
  verifying.open()
  t.match(await client.next(), { type: 'Authenticated', id: 1 })
  t.match(await client.next(), error(403))
})

/** Holds back what passes until it is opened. */
function gate() {
  const [reached, opened] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  return {
    reached: reached.promise,
    open: () => opened.resolve(undefined),
    pass(): Promise<undefined> {
      reached.resolve(undefined)
      return opened.promise
    },
  }
}
