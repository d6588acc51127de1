/** Presence through the front door: who may track what, over one server and two. */
import type { Test } from 'tap'
import { test } from 'tap'
import { serve, UnauthenticatedError, type Server } from '../../framework/index.ts'
import { SYSTEM_CLOCK } from '../../framework/event/clock.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { keyOf } from '../../framework/resource/key.ts'
import { CALLERS, IDS, type Who } from '../kit/chat.ts'
import { chat, chatFactories, member } from '../kit/chat-resources.ts'
import { openTestDatabase } from '../kit/database.ts'
import { createMemoryBus } from '../kit/memory-bus.ts'
import { createSocketClient, type Frame, type SocketClient } from '../kit/socket-client.ts'
import { numberedId } from '../kit/stores.ts'

const MEMBER_KEY = keyOf(member, { room_id: IDS.room, person_id: IDS.bob })
const tokens = {
  peek: (token: string) => (token in CALLERS ? CALLERS[token as Who] : undefined), // as just asked
  async verify(token: string) {
    const caller = tokens.peek(token)
    if (caller === undefined) throw new UnauthenticatedError()
    return caller
  },
}

async function openStores(t: Test) {
  const onError = (error: unknown): void => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry: chat, onError })
  const { ann, bob, cyd, admin, room, otherRoom } = IDS
  for (const [name, id] of Object.entries({ ann, bob, cyd, admin })) {
    await stores.store('person').create({ id, name })
  }
  await stores.store('room').create({ id: room, title: 'Room of Ann', owner_id: ann })
  await stores.store('room').create({ id: otherRoom, title: 'Room of Cyd', owner_id: cyd })
  await stores.store('member').create({ room_id: room, person_id: bob })
  const post = { room_id: room, author_id: ann }
  await stores.store('post').create({ ...post, id: IDS.annPost, text: 'hello' })
  await stores.store('post').create({ ...post, id: IDS.annDraft, text: 'draft', draft: true })
  return stores
}

async function connect({ http }: Server, who: Who): Promise<SocketClient> {
  const headers: Record<string, string> = who === 'nobody' ? {} : { authorization: `Bearer ${who}` }
  return createSocketClient(await http.injectWS('/subscription', { headers }))
}

const track = (channel: string, meta?: object) => ({
  type: 'Track',
  id: 4,
  payload: { channel, ...(meta === undefined ? {} : { meta }) },
})

interface Told {
  readonly state?: readonly { readonly subject: string }[]
  readonly joins?: readonly { readonly subject: string; readonly meta: object }[]
  readonly leaves?: readonly { readonly subject: string }[]
}

/** The first frame that says what is waited for; those before it are passed over. */
async function until(
  client: SocketClient,
  isIt: (told: Told, frame: Frame) => boolean,
): Promise<Frame> {
  for (;;) {
    const frame = await client.next()
    if (isIt(frame['payload'] ?? {}, frame)) return frame
  }
}

test('whoever may read a row may track it, and nobody else', async (t) => {
  const stores = await openStores(t)
  const server = await serve(stores, {
    factories: chatFactories.filter(({ resource }) => resource.name !== 'person'),
    tokens,
  })
  t.teardown(() => server.close())
  const everybody: readonly Who[] = ['nobody', 'ann', 'bob', 'cyd', 'admin']
  // Refusals first: 401 for nobody, whatever it is; 404 for whoever may not read it, and for what is not there.
  const table: readonly (readonly [channel: string, readers: readonly Who[]])[] = [
    [`room:${numberedId(999)}`, []],
    ['room:nonsense', []],
    ['room:', []],
    [`room:${IDS.room.toUpperCase()} `, []],
    ['room', []],
    ['nonsense', []],
    ['__proto__:1', []],
    ['on_create_post', []],
    [`person:${IDS.ann}`, []], // there is no store factory of it here
    [`member:${numberedId(1)}`, []],
    [`room:${IDS.room}`, ['ann', 'bob']],
    [`room:${IDS.otherRoom}`, ['cyd']],
    [`member:${MEMBER_KEY}`, ['ann', 'bob']],
    [`post:${IDS.annDraft}`, ['ann']],
    [`post:${IDS.annPost}`, ['ann', 'bob', 'cyd', 'admin']],
  ]
  for (const who of everybody) {
    const client = await connect(server, who)
    for (const [channel, readers] of table) {
      for (const meta of [undefined, null, { typing: true }]) {
        const frame = {
          type: 'Track',
          id: 4,
          payload: { channel, ...(meta !== undefined && { meta }) },
        }
        client.send(frame)
        const told = await until(client, ({ joins }) => joins === undefined)
        if (readers.includes(who))
          t.match(told, { type: 'Presence', payload: { channel } }, `${who} ${channel}`)
        else
          t.match(
            told,
            { type: 'Error', status: who === 'nobody' ? 401 : 404 },
            `${who} ${channel}`,
          )
      }
      if (readers.includes(who)) client.send({ type: 'Unsubscribe', id: 4 })
      if (readers.includes(who)) await until(client, (_, { type }) => type === 'Unsubscribed')
    }
    client.socket.close()
  }
})

test('what may not be read is refused as what is not there, to the letter', async (t) => {
  const server = await serve(await openStores(t), { factories: chatFactories, tokens })
  t.teardown(() => server.close())
  const cyd = await connect(server, 'cyd')
  const answers: unknown[] = []
  for (const channel of [
    `room:${IDS.room}`,
    `room:${numberedId(999)}`,
    'room:nonsense',
    'nonsense:1',
  ]) {
    answers.push(await cyd.ask(track(channel, {})))
  }
  for (const answer of answers) t.same(answer, answers[0])
})

test('who is removed from a room leaves its channel at once', async (t) => {
  const stores = await openStores(t)
  const server = await serve(stores, { factories: chatFactories, tokens })
  t.teardown(() => server.close())
  const channel = `room:${IDS.room}`
  const [ann, bob] = [await connect(server, 'ann'), await connect(server, 'bob')]
  await ann.ask(track(channel))
  await bob.ask(track(channel, { typing: true }))
  await until(ann, ({ joins }) => joins?.some(({ subject }) => subject === IDS.bob) === true)
  const begun = performance.now()
  await stores.store('member').delete(MEMBER_KEY)
  t.same(await until(bob, (_, { type }) => type === 'Unsubscribed'), {
    type: 'Unsubscribed',
    id: 4,
    channel,
    payload: { reason: 'forbidden' },
  })
  t.ok(performance.now() - begun < 4000, 'by the change, not by the clock')
  await until(ann, ({ leaves }) => leaves?.some(({ subject }) => subject === IDS.bob) === true)
  t.match(await bob.ask(track(channel)), { type: 'Error', status: 404 })
  await stores.store('room').delete(IDS.room)
  t.match(await until(ann, (_, { type }) => type === 'Unsubscribed'), {
    payload: { reason: 'forbidden' },
  })
})

test('people on two servers see each other, and the end of one server is told at once', async (t) => {
  const stores = await openStores(t)
  const kit = createMemoryBus({ clock: SYSTEM_CLOCK })
  const open = (bus = kit.join()) =>
    serve({ ...stores, bus, close: async () => bus.close() }, { factories: chatFactories, tokens })
  const [one, two] = [await open(), await open()]
  t.teardown(async () => {
    await one.close()
    await stores.close()
  })
  const channel = `room:${IDS.room}`
  const [ann, ann2, bob] = [
    await connect(one, 'ann'),
    await connect(two, 'ann'),
    await connect(two, 'bob'),
  ]
  t.match(await ann.ask(track(channel, { device: 'phone' })), {
    payload: { state: [{ subject: IDS.ann }] },
  })
  await ann2.ask(track(channel, { device: 'desk' }))
  await bob.ask(track(channel))
  const isHers = ({ subject, meta }: { subject: string; meta: object }) =>
    subject === IDS.ann && JSON.stringify(meta).includes('desk')
  await until(ann, ({ joins }) => joins?.some(isHers) === true)
  bob.send(track(channel, { typing: true }))
  await until(ann, ({ joins }) => joins?.some(({ subject }) => subject === IDS.bob) === true)
  const begun = performance.now()
  const gone = new Set<string>()
  const closed = two.close()
  await until(ann, ({ leaves }) => {
    for (const { subject } of leaves ?? []) gone.add(subject)
    return gone.size === 2
  })
  t.ok(performance.now() - begun < 10_000)
  await closed
  t.match(await ann.ask(track(channel, { device: 'phone' })), {
    payload: { state: [{ subject: IDS.ann, meta: { device: 'phone' } }] },
  })
})
