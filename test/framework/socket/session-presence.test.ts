/** The channels that a socket tracks: one answer for each frame, and what the others hear of it. */
import { getDefaultHighWaterMark } from 'node:stream'
import t from 'tap'
import type { PresenceRight } from '../../../framework/security/access.ts'
import { cardCreated, somebody } from '../../kit/cards.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import type { Frame, SocketClient } from '../../kit/socket-client.ts'
import { openSocketServer, type SocketServerOptions } from '../../kit/socket-server.ts'

interface Tap {
  teardown(close: () => Promise<unknown>): void
}

async function open(t: Tap, options: SocketServerOptions = {}) {
  const clock = createManualClock()
  const expiresAtSeconds = clock.now() / 1000 + 900
  const callers = {
    'of.ann.1': somebody('ann', { expiresAtSeconds }),
    'of.ann.2': somebody('ann', { expiresAtSeconds: expiresAtSeconds + 900 }),
    'of.bob.1': somebody('bob', { expiresAtSeconds }),
  }
  const server = await openSocketServer({ callers, clock, ...options })
  t.teardown(() => server.app.close())
  const connect = (who: string) => server.connect({ authorization: `Bearer of.${who}.1` })
  return { ...server, clock, ann: await connect('ann'), bob: await connect('bob') }
}

const track = (payload: object, id: string | number = 4) => ({ type: 'Track', id, payload })
const error = (status: number, id: string | number = 4) => ({ type: 'Error', id, status })

/** Sends a frame, and takes its answer; what has changed meanwhile is passed over. */
async function ask(client: SocketClient, frame: object): Promise<Frame> {
  client.send(frame)
  for (;;) {
    const told = await client.next()
    if (!isChange(told)) return told
  }
}

function isChange({ payload }: Frame): boolean {
  return typeof payload === 'object' && payload !== null && 'joins' in payload
}

/** The subjects and metas that a frame tells. */
function entriesOf(frame: Frame, name: 'state' | 'joins' | 'leaves'): readonly string[] {
  const payload = frame['payload'] as Readonly<Record<string, { subject: string; meta: object }[]>>
  return (payload[name] ?? []).map(({ subject, meta }) => `${subject} ${JSON.stringify(meta)}`)
}

/** Lets the rights be asked for and what was gathered be told. */
async function settle(clock: { advance(ms: number): void }, ms = 50): Promise<void> {
  clock.advance(ms)
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

t.test(
  'Track is answered with the state, then come joins and leaves, all with its id',
  async (t) => {
    const { ann, bob, clock, app } = await open(t)
    const told = await ask(ann, track({ channel: 'room:7', meta: { typing: true }, ttl: 5 }))
    t.match(told, {
      type: 'Presence',
      id: 4,
      payload: {
        channel: 'room:7',
        state: [{ key: String, subject: 'ann', meta: { typing: true } }],
      },
    })
    await settle(clock)
    t.same(entriesOf(await ann.next(), 'joins'), ['ann {"typing":true}'])
    const his = await ask(bob, { type: 'Track', payload: { channel: 'room:7', meta: {} } })
    t.notOk('id' in his)
    t.same(entriesOf(his, 'state'), ['ann {"typing":true}', 'bob {}'])
    await settle(clock)
    t.match(await ann.next(), { id: 4, payload: { joins: [{ subject: 'bob' }], leaves: [] } })
    await bob.next()
    await settle(clock, 5000)
    await settle(clock)
    t.same(entriesOf(await bob.next(), 'joins'), ['ann {}'], 'the typing has ended by itself')
    t.same(entriesOf(await ann.next(), 'joins'), ['ann {}'])
    bob.socket.terminate()
    for (let turn = 0; turn < 100 && app.websocketServer.clients.size > 1; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    await settle(clock)
    t.same(entriesOf(await ann.next(), 'leaves'), ['bob {}'])
  },
)

t.test('another Track of the channel changes how one is seen, and what the id is', async (t) => {
  const { ann, bob, clock } = await open(t)
  await ask(bob, track({ channel: 'room:7' }, 'watch'))
  await ask(ann, track({ channel: 'room:7', meta: { at: 1 } }, 1))
  t.match(await ask(ann, track({ channel: 'room:7', meta: { at: 2 } }, 1)), { id: 1 })
  t.match(await ask(ann, track({ channel: 'room:7', meta: { at: 3 } }, 2)), { id: 2 })
  t.match(
    await ask(ann, track({ channel: 'room:8', meta: {} }, 1)),
    { type: 'Presence', id: 1 },
    'free again',
  )
  await settle(clock)
  t.same(entriesOf(await bob.next(), 'joins'), ['ann {"at":3}'])
  await ask(ann, track({ channel: 'room:7', meta: null }, 2))
  await settle(clock)
  t.same(entriesOf(await bob.next(), 'leaves'), ['ann {"at":3}'])
})

t.test('Unsubscribe by id or channel ends it', async (t) => {
  const { ann, bob, clock } = await open(t)
  await ask(bob, track({ channel: 'room:7' }, 'watch'))
  for (const [number, frame] of [
    { id: 4 },
    { payload: 'room:7' },
    { id: 4, payload: 'room:7' },
  ].entries()) {
    await ask(ann, track({ channel: 'room:7', meta: { number } }))
    t.same(await ask(ann, { type: 'Unsubscribe', ...frame }), {
      type: 'Unsubscribed',
      id: 4,
      channel: 'room:7',
      payload: { reason: 'client' },
    })
    t.match(await ask(ann, { type: 'Unsubscribe', ...frame }), { type: 'Error', status: 404 })
    await settle(clock)
    t.same(entriesOf(await bob.next(), 'leaves'), [`ann {"number":${String(number)}}`])
  }
  t.match(await ask(ann, { type: 'Unsubscribe' }), { type: 'Error', status: 400 })
  t.match(
    await ask(bob, { type: 'Unsubscribe', id: 'watch', payload: 'room:8' }),
    error(404, 'watch'),
  )
  t.same(ann.waiting, [])
})

const RIGHTS: ReadonlyMap<string, PresenceRight> = new Map([
  ['secret', 'none'],
  ['stage', 'see'],
])

t.test('wrong frames are answered with what is wrong, and change nothing', async (t) => {
  const { ann, bob, connect, clock } = await open(t, {
    rightsIn: async (_caller, _resource, keys) => keys.map((key) => RIGHTS.get(key) ?? 'appear'),
  })
  await ask(ann, { type: 'Subscribe', id: 1, payload: 'on_create_card' })
  await ask(ann, track({ channel: 'room:7', meta: { at: 1 } }, 2))
  await settle(clock)
  await ann.next()
  const deep = { a: { b: { c: { d: {} } } } }
  const channel = 'room:7'
  const table: readonly (readonly [frame: object, answer: object])[] = [
    [track({ channel: 'room:8' }, 1), error(409, 1)],
    [track({ channel: 'room:8' }, 2), error(409, 2)],
    [{ type: 'Subscribe', id: 2, payload: 'on_create_card' }, error(409, 2)],
    [{ type: 'Ping', id: 2 }, error(409, 2)],
    [track({ channel, meta: { text: 'x'.repeat(1100) } }), error(400)],
    [track({ channel, meta: deep }), error(400)],
    [track({ channel, ttl: 5 }), error(400)],
    [track({ channel, meta: null, ttl: 5 }), error(400)],
    [track({ channel, meta: {}, ttl: 301 }), error(400)],
    [track({ channel: 'room:secret', meta: deep }), error(400)],
    [track({ channel: 'room:secret', meta: {} }), error(404)],
    [track({ channel: 'room:stage', meta: {} }), error(403)],
    [track({ channel: 'room', meta: {} }), error(404)],
    [track({ channel: '' }), error(404)],
  ]
  for (const [frame, answer] of table) t.match(await ask(ann, frame), answer, JSON.stringify(frame))
  const nobody = await connect()
  t.match(await ask(nobody, track({ channel })), error(401))
  t.match(await ask(nobody, track({ channel, meta: deep })), error(400))
  t.match(await ask(nobody, track({ channel: 'room:secret' })), error(401))
  t.same(entriesOf(await ask(bob, track({ channel })), 'state'), ['ann {"at":1}'])
  await settle(clock)
  t.same(ann.waiting, [])
})

t.test('tracked channels and subscriptions have one limit together', async (t) => {
  const { ann } = await open(t, { limits: { subscriptions: 2 } })
  await ask(ann, { type: 'Subscribe', id: 1, payload: 'on_create_card' })
  await ask(ann, track({ channel: 'room:7' }, 2))
  t.match(await ask(ann, track({ channel: 'room:8' }, 3)), error(400, 3))
  t.match(await ask(ann, { type: 'Subscribe', id: 3, payload: 'on_create_card' }), error(400, 3))
  t.match(await ask(ann, track({ channel: 'room:7', meta: {} }, 3)), { type: 'Presence', id: 3 })
  await ask(ann, { type: 'Unsubscribe', id: 1 })
  t.match(await ask(ann, track({ channel: 'room:8' }, 4)), { type: 'Presence', id: 4 })
})

t.test('a full channel is a 429, and takes more when somebody has left', async (t) => {
  const { ann, bob, connect } = await open(t, { limits: { socketsPerUser: 1000 } })
  const meta = { text: 'x'.repeat(1000) }
  const enter = (client: SocketClient) => ask(client, track({ channel: 'room:7', meta }))
  let told = await enter(bob)
  let count = 1
  while (told['type'] === 'Presence') {
    told = await enter(await connect({ authorization: 'Bearer of.ann.1' }))
    count += 1
  }
  t.match(told, { ...error(429), payload: { type: '/problems/too_many_requests' } })
  t.ok(count > 200, String(count))
  t.match(await ask(ann, track({ channel: 'room:7' })), { type: 'Presence' }, 'watching is free')
  t.match(await enter(ann), error(429))
  await ask(bob, { type: 'Unsubscribe', id: 4 })
  t.match(await enter(ann), { type: 'Presence', id: 4 })
})

t.test('who loses the right gets Unsubscribed, also by a fresh token', async (t) => {
  const denied = new Set<unknown>()
  const { ann, bob, clock } = await open(t, {
    rightsIn: async (caller, _resource, keys) =>
      keys.map((key) => (denied.has(`${String(caller.subject)} ${key}`) ? 'none' : 'appear')),
  })
  await ask(bob, track({ channel: 'room:7' }, 'watch'))
  await ask(ann, track({ channel: 'room:7', meta: {} }))
  await ask(ann, track({ channel: 'room:8' }, 5))
  await settle(clock)
  await bob.next()
  await ann.next()
  denied.add('ann 7')
  await ask(ann, { type: 'Authenticate', payload: { token: 'of.ann.2' } })
  await settle(clock, 20)
  t.same(await ann.next(), {
    type: 'Unsubscribed',
    id: 4,
    channel: 'room:7',
    payload: { reason: 'forbidden' },
  })
  await settle(clock)
  t.same(entriesOf(await bob.next(), 'leaves'), ['ann {}'])
  t.match(await ask(ann, track({ channel: 'room:7' })), error(404))
  denied.add('bob 7')
  await settle(clock, 5020)
  t.match(await bob.next(), { type: 'Unsubscribed', id: 'watch', payload: { reason: 'forbidden' } })
  t.match(await ask(ann, { type: 'Unsubscribe', id: 5 }), { type: 'Unsubscribed' })
})

t.test('a socket that closes while the right is asked for is nowhere', async (t) => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const asked = Promise.withResolvers<undefined>()
  let isFirst = true
  const { ann, bob } = await open(t, {
    async rightsIn(_caller, _resource, keys) {
      if (isFirst) {
        isFirst = false
        asked.resolve(undefined)
        await promise
      }
      return keys.map(() => 'appear')
    },
  })
  ann.send(track({ channel: 'room:7', meta: {} }))
  await asked.promise
  ann.socket.terminate()
  await ann.closed
  resolve(undefined)
  t.same(entriesOf(await ask(bob, track({ channel: 'room:7' })), 'state'), [])
})

t.test(
  'a reader that is behind gets no presence until it has caught up, then the state',
  async (t) => {
    const { ann, dial, app, feed, clock } = await open(t)
    const { client: slow } = await dial('/subscription', {
      headers: { authorization: 'Bearer of.bob.1' },
    })
    await ask(slow, { type: 'Subscribe', payload: 'on_create_card' })
    await ask(slow, track({ channel: 'room:7' }, 'watch'))
    slow.socket.pause()
    const waiting = (): number =>
      Math.max(...[...app.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount))
    let count = 0
    while (waiting() < getDefaultHighWaterMark(false)) {
      feed.commit(cardCreated(`c${String((count += 1))}`, { text: 'x'.repeat(4000) }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const before = waiting()
    const meta = { text: 'x'.repeat(900) }
    for (let at = 0; at < 300; at += 1) {
      await ask(ann, track({ channel: 'room:7', meta: { ...meta, at } }))
      await settle(clock)
    }
    t.ok(waiting() <= before, 'nothing of it was sent or kept for the one that does not read')
    slow.socket.resume()
    const told: Frame[] = []
    do told.push(await slow.next())
    while (told.at(-1)?.['type'] !== 'Presence')
    t.equal(told.length, count + 1, 'every event came first')
    t.same(entriesOf(told.at(-1) ?? {}, 'state'), [`ann ${JSON.stringify({ ...meta, at: 299 })}`])
    ann.send({ type: 'Unsubscribe', id: 4 })
    await ask(ann, { type: 'Ping' })
    await settle(clock)
    t.match(await slow.next(), {
      id: 'watch',
      payload: { joins: [], leaves: [{ subject: 'ann' }] },
    })
  },
)
