/** A subscription keeps its order, at the pace of its reader, and follows its caller's rights. */
import t from 'tap'
import { isNext } from '../../../framework/event/subscription.ts'
import { cardCreated, letterCreated, somebody } from '../../kit/cards.ts'
import { keeperChange, keeperRow, openLiveCards, settle } from '../../kit/live-cards.ts'

const ANN = somebody('ann')
const BOB = somebody('bob')

t.test('from the log no more is sent than the reader takes', async (t) => {
  const { feed, follow } = openLiveCards()
  feed.commit(...Array.from({ length: 150 }, (_, index) => cardCreated(`c${index}`)))
  const { sink, subscription } = await follow({ caller: ANN, since: 'e1-0' })
  // From the start on, the reader takes nothing more.
  sink.beforeReady = () => new Promise<void>(() => undefined)
  await settle()
  t.ok(sink.buffers.length <= 1)
  t.equal(feed.reads, 1, 'the next page is not read ahead')
  subscription.end()
})

t.test('a subscription that ends while it waits sends nothing more', async (t) => {
  const world = openLiveCards()
  const { feed, follow } = world
  const { promise, resolve } = Promise.withResolvers<undefined>()
  world.beforeRows = () => promise
  const live = await follow({ channel: 'letter', caller: ANN })
  feed.commit(letterCreated('l1', 'b1'))
  const replaying = await follow({ channel: 'letter', caller: BOB, since: 'e1-0' })
  live.subscription.end()
  replaying.subscription.end()
  resolve(undefined)
  await settle()
  t.same([live.told(), replaying.told()], [[], []])
})

t.test('events that come when a log was read to its end wait for nothing', async (t) => {
  const { feed, follow } = openLiveCards()
  feed.commit(cardCreated('c1'))
  const { sink, told } = await follow({ caller: ANN, since: 'e1-0' })
  await sink.until(1)
  await settle()
  feed.commit(cardCreated('c2'))
  t.same(told(), ['create c1', 'create c2'])
  t.equal(feed.reads, 1)
})

t.test('what waits for the database is judged by the rights of the moment', async (t) => {
  const world = openLiveCards()
  const { feed, follow } = world
  world.rows.set('keeper', [keeperRow('b1', 'ann'), keeperRow('b2', 'bob')])
  const { promise, resolve } = Promise.withResolvers<undefined>()
  world.beforeRows = () => promise
  const { subscription, sink, told } = await follow({ channel: 'letter', caller: ANN })
  feed.commit(letterCreated('l1', 'b1'), letterCreated('l2', 'b2'))
  subscription.reauthorize(BOB)
  resolve(undefined)
  await sink.until(1)
  t.same(told(), ['create l2'])
})

t.test('a replay goes on under the rights of the moment', async (t) => {
  const { feed, follow } = openLiveCards()
  feed.commit(cardCreated('c1', { is_public: false }), cardCreated('c2', { is_public: false }))
  feed.commit(cardCreated('c3'))
  const { sink, subscription, told } = await follow({ caller: ANN, since: 'e1-0' })
  await sink.until(1)
  subscription.reauthorize(BOB)
  await sink.until(2)
  t.same(told(), ['create c1', 'create c3'])
})

t.test('a replay that can not be judged is told as a gap', async (t) => {
  const world = openLiveCards()
  const { feed, follow } = world
  feed.commit(letterCreated('l1', 'b1'))
  world.beforeRows = () => Promise.reject(new RangeError('away'))
  const { sink, told } = await follow({ channel: 'letter', caller: ANN, since: 'e1-0' })
  await sink.until(1)
  t.same(told(), ['Resync'])
  t.match(world.reports, [{ message: 'away' }])
})

t.test('a replay sends nothing that this process has not been told of', async (t) => {
  const { feed, follow } = openLiveCards()
  feed.commit(letterCreated('l1', 'b1'))
  feed.log(letterCreated('l2', 'b1'), keeperChange('create', 'b2', 'ann'))
  const { sink, told } = await follow({ channel: 'letter', caller: ANN, since: 'e1-0' })
  await sink.until(1)
  await settle()
  t.same(told(), ['create l1'])
  feed.deliver()
  feed.commit(letterCreated('l3', 'b1'))
  await settle()
  t.same(told(), ['create l1', 'create l2', 'Resync', 'create l3'])
})

t.test('who is ahead of the room has been told to begin anew where it was', async (t) => {
  const { feed, follow } = openLiveCards()
  feed.commit(letterCreated('l1', 'b1'))
  feed.log(keeperChange('create', 'b2', 'ann'), letterCreated('l2', 'b1'))
  const { told } = await follow({ channel: 'letter', caller: ANN, since: 'e1-3' })
  feed.deliver()
  feed.commit(letterCreated('l3', 'b1'))
  await settle()
  t.same(told(), ['create l3'])
})

t.test('what was lost before the start is told behind it', async (t) => {
  const { hub, feed, rows } = openLiveCards()
  let lost = 0
  const sink = { send: () => t.fail('nothing is sent'), ready: () => Promise.resolve() }
  const filter = { box_id: { eq: 'b1' } }
  const onLost = (): void => void (lost += 1)
  const request = { channel: 'letter', caller: BOB, filter, onLost }
  const subscription = await hub.subscribe(request, sink)
  rows.set('keeper', [])
  feed.commit(keeperChange('delete', 'b1', 'bob'))
  await settle()
  t.equal(lost, 0)
  subscription.start()
  await settle()
  t.equal(lost, 1)
})

t.test('an authorization without any right ends the subscription', async (t) => {
  const { feed, follow } = openLiveCards()
  const admin = somebody('r', { scopes: ['admin'] })
  const { subscription, told } = await follow({ channel: 'keeper', caller: admin })
  t.equal(subscription.reauthorize(somebody('r')), false)
  feed.commit(keeperChange('create', 'b', 'p'))
  t.same(told(), [])
})

t.test('only a page that goes on right after a place in the same log is taken', (t) => {
  const at = { epoch: 'e1', position: 4 }
  const page = (epoch: string, ...positions: readonly number[]) => {
    const facts = { ...cardCreated('c'), before: undefined, after: undefined }
    return { epoch, changes: positions.map((position) => ({ ...facts, position })) }
  }
  t.equal(isNext(page('e1', 5, 6), at), true)
  t.equal(isNext(page('e1', 6), at), false)
  t.equal(isNext(page('e1', 4, 5), at), false)
  t.equal(isNext(page('e2', 5), at), false)
  t.equal(isNext(page('e1'), at), false)
  t.equal(isNext(undefined, at), false)
  t.end()
})
