/** The hub hands each change to whoever subscribed and may see it. */
import t from 'tap'
import { DeclarationError } from '../../../framework/errors.ts'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { channel } from '../../../framework/event/channel.ts'
import { createHub, MAX_REPLAY, type Hub } from '../../../framework/event/hub.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { accessToCards, cardCreated, cardItem, cards, somebody } from '../../kit/cards.ts'
import { createCollectingSink, type CollectingSink } from '../../kit/collecting-sink.ts'
import { createScriptedFeed, type ScriptedFeed } from '../../kit/scripted-feed.ts'

const CHANNELS = [
  channel('on_create_card', { description: 'A card.', source: afterCreate('card') }),
  channel('on_loud_card', {
    description: 'A card that shouts.',
    source: afterCreate('card'),
    filter: ({ text }) => {
      if (text === 'broken') throw new DeclarationError('The filter is broken.')
      return text === 'LOUD'
    },
  }),
  channel('on_create_keeper', { description: 'A keeper.', source: afterCreate('keeper') }),
  channel('on_create_box', { description: 'A box.', source: afterCreate('box') }),
]

interface World {
  readonly feed: ScriptedFeed
  readonly hub: Hub
  readonly reports: readonly unknown[]
}

/** No rule of these tests leads to other rows. */
const ASKS_NOTHING = {
  readLinkedRows: () => Promise.reject(new TypeError('must not be asked')),
  seeNow: () => Promise.reject(new TypeError('must not be asked')),
}

function open(): World {
  const feed = createScriptedFeed()
  const reports: unknown[] = []
  const report = (error: unknown): void => void reports.push(error)
  const options = { registry: cards, channels: CHANNELS, feed, report, ...ASKS_NOTHING }
  return { feed, reports, hub: createHub({ ...options, accessOf: accessToCards }) }
}

interface Asked {
  readonly channel?: string
  readonly caller?: ReturnType<typeof somebody>
  readonly id?: string | number
  readonly since?: string
  readonly ops?: readonly string[]
  readonly filter?: unknown
}

async function follow(hub: Hub, asked: Asked = {}, sink = createCollectingSink()) {
  const request = { channel: 'on_create_card', caller: ANONYMOUS, ...asked }
  const subscription = await hub.subscribe(request, sink)
  subscription.start()
  return { sink, subscription }
}

t.test('an event is the item, under the name of the channel and of the subscription', async (t) => {
  const { feed, hub } = open()
  const plain = await follow(hub)
  const named = await follow(hub, { id: 2 })
  t.match(plain.subscription, { cursor: { epoch: 'e1', position: 0 }, isRecovered: true })
  feed.commit(cardCreated('c1', { seal: 'never told' }))
  t.equal(
    plain.sink.buffers.join(),
    '{"type":"Event","channel":"on_create_card","op":"create","key":"c1","cursor":"e1-1",' +
      '"payload":{"id":"c1","text":"text of c1","author":"ann","is_public":true}}',
  )
  t.equal(
    named.sink.buffers.join(),
    plain.sink.buffers.join().replace('"Event",', '"Event","id":2,'),
  )
})

t.test('each caller gets the events and attributes that its rights let it see', async (t) => {
  const callers = {
    anonymous: ANONYMOUS,
    author: somebody('ann'),
    other: somebody('bob'),
    admin: somebody('root', { scopes: ['admin'] }),
  }
  const plain = ['id', 'text', 'author', 'is_public']
  const table = [
    { card: { is_public: false }, author: [...plain, 'draft'], admin: plain },
    { card: {}, anonymous: plain, author: [...plain, 'draft'], other: plain, admin: plain },
    { card: { is_public: false, author: 'bob' }, other: [...plain, 'draft'], admin: plain },
    { card: { is_public: null, author: null }, admin: plain },
  ]
  for (const { card, ...seen } of table) {
    for (const [name, caller] of Object.entries(callers)) {
      const { feed, hub } = open()
      const { sink } = await follow(hub, { caller })
      feed.commit(cardCreated('c1', { draft: 'a draft', seal: 'never told', ...card }))
      const expected = (seen as Readonly<Record<string, readonly string[]>>)[name]
      const payloads = sink.frames().map(({ payload }) => Object.keys(payload ?? {}))
      t.same(payloads, expected === undefined ? [] : [expected], `${name}, ${JSON.stringify(card)}`)
    }
  }
})

t.test('whoever can see nothing of a channel is told so', async (t) => {
  const { hub } = open()
  const code = async (asked: Asked): Promise<unknown> => {
    const refused = follow(hub, asked).then(() => 'subscribed')
    return refused.catch((error: unknown) => (error as { readonly code: string }).code)
  }
  t.equal(await code({ channel: 'on_nothing' }), 'not_found')
  t.equal(await code({ channel: '__proto__' }), 'not_found')
  t.equal(await code({ channel: 'box' }), 'not_found', 'no store factory, no channel')
  t.equal(await code({ channel: 'on_create_box' }), 'not_found', 'no store factory, no channel')
  t.equal(await code({ channel: 'on_create_keeper' }), 'unauthenticated')
  t.equal(await code({ channel: 'on_create_keeper', caller: somebody('ann') }), 'forbidden')
  const admin = somebody('root', { scopes: ['admin'] })
  t.equal(await code({ channel: 'on_create_keeper', caller: admin }), 'subscribed')
})

t.test('what may not be searched is not told by a channel either', async (t) => {
  const feed = createScriptedFeed()
  const accessOf: typeof accessToCards = (name, caller) => {
    const access = accessToCards(name, caller)
    return access === undefined ? undefined : { ...access, isSearchable: false }
  }
  const hub = createHub({
    registry: cards,
    channels: CHANNELS,
    feed,
    ...ASKS_NOTHING,
    report: () => t.fail(),
    accessOf,
  })
  await t.rejects(follow(hub, { caller: somebody('ann') }), { code: 'forbidden' })
})

t.test('a right that ends while the log is read does not begin a subscription', async (t) => {
  const feed = createScriptedFeed()
  let mayRead = true
  const accessOf: typeof accessToCards = (name, caller) =>
    mayRead ? accessToCards(name, caller) : undefined
  const report = (): void => void t.fail()
  const hub = createHub({
    registry: cards,
    channels: CHANNELS,
    feed,
    report,
    accessOf,
    ...ASKS_NOTHING,
  })
  feed.commit(cardCreated('c1'))
  feed.beforeRead = () => {
    mayRead = false
    return Promise.resolve()
  }
  await t.rejects(follow(hub, { since: 'e1-0' }), { code: 'not_found' })
})

t.test('a wrong since, ops or filter is named', async (t) => {
  const { hub } = open()
  await t.rejects(follow(hub, { since: 'yesterday', ops: ['create', 'update'], filter: {} }), {
    code: 'invalid',
    faults: [
      { pointer: '/payload/since', detail: 'is no cursor' },
      { pointer: '/payload/ops', detail: 'must be some of create, each once' },
      { pointer: '/payload/filter', detail: 'is not known on this channel' },
    ],
  })
  await t.rejects(follow(hub, { ops: [] }), { code: 'invalid' })
  await t.resolves(follow(hub, { ops: ['create'] }))
})

t.test('a channel takes the changes of its source that its filter lets through', async (t) => {
  const { feed, hub } = open()
  const all = await follow(hub)
  const loud = await follow(hub, { channel: 'on_loud_card' })
  feed.commit(
    cardCreated('c1', { text: 'LOUD' }),
    { resource: 'card', operation: 'update', key: 'c1', after: cardItem('c1', { text: 'LOUD' }) },
    { resource: 'card', operation: 'delete', key: 'c1', before: cardItem('c1', { text: 'LOUD' }) },
    { resource: 'box', operation: 'create', key: 'b1', after: { id: 'b1' } },
    cardCreated('c2'),
  )
  t.same(all.sink.keys(), ['c1', 'c2'])
  t.same(loud.sink.keys(), ['c1'])
})

t.test('a filter that throws stops nobody, and its subscribers are told', async (t) => {
  const { feed, hub, reports } = open()
  const loud = await follow(hub, { channel: 'on_loud_card', id: 'l' })
  const all = await follow(hub)
  feed.commit(cardCreated('c1', { text: 'broken' }), cardCreated('c2', { text: 'LOUD' }))
  t.same(all.sink.keys(), ['c1', 'c2'])
  t.same(loud.sink.frames()[0], { type: 'Resync', id: 'l', channel: 'on_loud_card' })
  t.same(loud.sink.keys(), ['Resync', 'c2'])
  t.match(reports, [{ message: 'The filter is broken.' }])
})

t.test('nothing is sent before the start, and nothing is missing after it', async (t) => {
  const { feed, hub } = open()
  const sink = createCollectingSink()
  const request = { channel: 'on_create_card', caller: ANONYMOUS }
  const subscription = await hub.subscribe(request, sink)
  feed.commit(cardCreated('c1'))
  t.same(sink.keys(), [])
  subscription.start()
  await sink.until(1)
  feed.commit(cardCreated('c2'))
  await sink.until(2)
  t.same(sink.keys(), ['c1', 'c2'])
})

t.test('a subscription that has ended gets nothing', async (t) => {
  const { feed, hub } = open()
  const { sink, subscription } = await follow(hub)
  subscription.end()
  feed.commit(cardCreated('c1'))
  t.same(sink.keys(), [])
})

t.test('a hub that was closed follows no more', async (t) => {
  const { feed, hub } = open()
  const { sink } = await follow(hub)
  hub.close()
  feed.commit(cardCreated('c1'))
  t.same(sink.keys(), [])
})

t.test('with the cursor of now there is nothing to replay', async (t) => {
  const { feed, hub } = open()
  feed.commit(cardCreated('c1'))
  const { sink, subscription } = await follow(hub, { since: 'e1-1' })
  t.match(subscription, { cursor: { epoch: 'e1', position: 1 }, isRecovered: true })
  t.equal(feed.reads, 0)
  feed.commit(cardCreated('c2'))
  t.same(sink.keys(), ['c2'])
})

t.test(
  'what was missed is replayed, as far as it may be seen, and then it goes on live',
  async (t) => {
    const { feed, hub } = open()
    feed.commit(cardCreated('c1'), cardCreated('c2'), cardCreated('c3', { is_public: false }))
    feed.commit({ resource: 'box', operation: 'create', key: 'b1', after: { id: 'b1' } })
    feed.commit(cardCreated('c4'))
    const { sink, subscription } = await follow(hub, { since: 'e1-1', id: 1 })
    t.match(subscription, { cursor: { epoch: 'e1', position: 1 }, isRecovered: true })
    await sink.until(2)
    feed.commit(cardCreated('c5'))
    await sink.until(3)
    t.same(sink.keys(), ['c2', 'c4', 'c5'])
    t.same(
      sink.frames().map(({ cursor }) => cursor),
      ['e1-2', 'e1-5', 'e1-6'],
    )
  },
)

t.test('what happens during a replay comes after it, once', async (t) => {
  const { feed, hub } = open()
  const ids = Array.from({ length: 250 }, (_, index) => `c${index + 1}`)
  feed.commit(...ids.map((id) => cardCreated(id)))
  const sink = createCollectingSink()
  let sent = 0
  sink.beforeReady = () => {
    sent += 1
    // New ones come within a page, at its end, and after the log has been read to its end.
    if (sent % 50 === 0) feed.commit(cardCreated(`late ${sent}`))
    return Promise.resolve()
  }
  await follow(hub, { since: 'e1-0' }, sink)
  await sink.until(255)
  feed.commit(cardCreated('last'))
  await sink.until(256)
  const late = [50, 100, 150, 200, 250].map((count) => `late ${count}`)
  t.same(sink.keys(), [...ids, ...late, 'last'])
})

t.test('what is in the log and not yet handed out comes once', async (t) => {
  const { feed, hub } = open()
  feed.commit(cardCreated('c1'))
  feed.log(cardCreated('c2'))
  const { sink } = await follow(hub, { since: 'e1-0' })
  await sink.until(1)
  feed.deliver()
  feed.commit(cardCreated('c3'))
  await sink.until(3)
  t.same(sink.keys(), ['c1', 'c2', 'c3'])
})

t.test('a client that is ahead of this process gets nothing twice', async (t) => {
  const { feed, hub } = open()
  feed.log(cardCreated('c1'), cardCreated('c2'))
  const { sink, subscription } = await follow(hub, { since: 'e1-1' })
  t.equal(subscription.isRecovered, true)
  t.same(subscription.position(), { epoch: 'e1', position: 1 })
  feed.deliver()
  t.same(sink.keys(), ['c2'])
  t.same(subscription.position(), { epoch: 'e1', position: 2 })
})

t.test('a gap that is not there whole is not replayed at all', async (t) => {
  const { feed, hub } = open()
  feed.commit(...Array.from({ length: MAX_REPLAY + 2 }, (_, index) => cardCreated(`c${index}`)))
  const now = { epoch: 'e1', position: MAX_REPLAY + 2 }
  const lost = async (since: string): Promise<void> => {
    const { sink, subscription } = await follow(hub, { since })
    t.match(subscription, { cursor: now, isRecovered: false }, since)
    t.same(sink.keys(), [], since)
    subscription.end()
  }
  await lost('e1-1')
  await lost('e0-5')
  await lost(`e1-${2 * MAX_REPLAY + 3}`)
  const whole = await follow(hub, { since: 'e1-2' })
  t.equal(whole.subscription.isRecovered, true)
  await whole.sink.until(MAX_REPLAY)
  feed.forget(10)
  await lost('e1-9')
})

t.test('a log that forgets during a replay is not passed over in silence', async (t) => {
  const { feed, hub } = open()
  feed.commit(...Array.from({ length: 150 }, (_, index) => cardCreated(`c${index}`)))
  const sink = createCollectingSink()
  sink.beforeReady = () => {
    feed.forget(140)
    return Promise.resolve()
  }
  await follow(hub, { since: 'e1-0' }, sink)
  await sink.until(101)
  feed.commit(cardCreated('next'))
  t.same(sink.keys().slice(99), ['c99', 'Resync', 'next'])
})

t.test('a log that can not be read fails the subscribing, or is told', async (t) => {
  const { feed, hub, reports } = open()
  feed.commit(...Array.from({ length: 150 }, (_, index) => cardCreated(`c${index}`)))
  const away = () => Promise.reject(new DeclarationError('The log is away.'))
  feed.beforeRead = away
  await t.rejects(follow(hub, { since: 'e1-0' }), { message: 'The log is away.' })
  t.same(reports, [])
  feed.beforeRead = () => Promise.resolve()
  const sink = createCollectingSink()
  sink.beforeReady = () => {
    feed.beforeRead = away
    return Promise.resolve()
  }
  await follow(hub, { since: 'e1-0' }, sink)
  await sink.until(101)
  t.equal(sink.keys()[100], 'Resync')
  t.match(reports, [{ message: 'The log is away.' }])
})

t.test('when the log begins anew every subscription is told, and goes on', async (t) => {
  const { feed, hub } = open()
  feed.commit(cardCreated('c1'))
  const { sink, subscription } = await follow(hub, { id: 'a' })
  const waiting = createCollectingSink()
  const request = { channel: 'on_create_card', caller: ANONYMOUS }
  const late = await hub.subscribe(request, waiting)
  feed.restart('e2')
  feed.commit(cardCreated('c2'))
  t.same(sink.frames()[0], { type: 'Resync', id: 'a', channel: 'on_create_card' })
  t.same(sink.keys(), ['Resync', 'c2'])
  t.same(subscription.position(), { epoch: 'e2', position: 1 })
  t.same(hub.cursorOf([late]), { epoch: 'e1', position: 1 })
  late.start()
  t.same(waiting.keys(), ['Resync'])
  feed.commit(cardCreated('c3'))
  t.same(waiting.keys(), ['Resync', 'c3'])
})

t.test('a log that begins anew with nothing in it is told too', async (t) => {
  const { feed, hub } = open()
  feed.commit(cardCreated('c1'))
  const { sink, subscription } = await follow(hub)
  feed.restart('e2')
  feed.deliver()
  t.same(sink.keys(), ['Resync'])
  t.same(subscription.position(), { epoch: 'e2', position: 0 })
  feed.commit(cardCreated('c2'))
  t.same(sink.keys(), ['Resync', 'c2'])
})

t.test('a log that begins anew ends a replay of the old one', async (t) => {
  const { feed, hub } = open()
  feed.commit(cardCreated('c1'), cardCreated('c2'))
  const sink: CollectingSink = createCollectingSink()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  sink.beforeReady = () => promise
  await follow(hub, { since: 'e1-0' }, sink)
  feed.restart('e2')
  feed.commit(cardCreated('d1'))
  resolve(undefined)
  await promise
  feed.commit(cardCreated('d2'))
  t.same(sink.keys(), ['Resync', 'd1', 'd2'])
})

t.test('the cursor to resume from is the lowest that everything was sent up to', async (t) => {
  const { feed, hub } = open()
  feed.commit(cardCreated('c1'), cardCreated('c2'))
  t.same(hub.cursorOf([]), { epoch: 'e1', position: 2 })
  const live = await follow(hub)
  const sink = createCollectingSink()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  sink.beforeReady = () => promise
  const replaying = await follow(hub, { since: 'e1-0' }, sink)
  const both = [live.subscription, replaying.subscription]
  feed.commit(cardCreated('c3', { is_public: false }))
  t.same(hub.cursorOf([live.subscription]), { epoch: 'e1', position: 3 }, 'also past unseen events')
  t.same(hub.cursorOf(both), { epoch: 'e1', position: 0 })
  resolve(undefined)
  await sink.until(2)
  feed.commit(cardCreated('c4'))
  await sink.until(3)
  t.same(hub.cursorOf(both), { epoch: 'e1', position: 4 })
})

t.test('channels that could not be told apart, or of nothing, are refused', (t) => {
  const feed = createScriptedFeed()
  const hubOf = (...names: readonly string[]) => {
    const channels = names.map((name) =>
      channel(name, { description: '', source: afterCreate('card') }),
    )
    return createHub({
      registry: cards,
      channels,
      feed,
      ...ASKS_NOTHING,
      report: () => t.fail(),
      accessOf: accessToCards,
    })
  }
  t.throws(() => hubOf('twice', 'twice'), { name: 'DeclarationError', message: /twice/ })
  t.throws(() => hubOf('card'), { name: 'DeclarationError', message: /name of a resource/ })
  const channels = [channel('on_ghost', { description: '', source: afterCreate('ghost') })]
  const parts = { registry: cards, channels, feed, report: () => t.fail(), accessOf: accessToCards }
  t.throws(() => createHub({ ...parts, ...ASKS_NOTHING }), /ghost/)
  t.end()
})
