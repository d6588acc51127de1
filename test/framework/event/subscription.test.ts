/** A subscription keeps its order, whatever it has to wait for, and follows its caller's rights. */
import t from 'tap'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import type { WireItem } from '../../../framework/event/change.ts'
import { channel } from '../../../framework/event/channel.ts'
import type { ReadNow } from '../../../framework/event/channel-event.ts'
import { createHub } from '../../../framework/event/hub.ts'
import { isNext } from '../../../framework/event/subscription.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { accessToCards, cardCreated, cards, letterCreated, somebody } from '../../kit/cards.ts'
import { createCollectingSink } from '../../kit/collecting-sink.ts'
import { createScriptedFeed } from '../../kit/scripted-feed.ts'

const ANN = somebody('ann')
const BOB = somebody('bob')

/** A question to the store that a test answers. */
interface Question {
  readonly key: string
  readonly who: string | undefined
  readonly answer: (item: WireItem | undefined) => void
  readonly fail: (error: unknown) => void
}

function open() {
  const feed = createScriptedFeed()
  const questions: Question[] = []
  const reports: unknown[] = []
  const readNow: ReadNow = (_resource, { subject }, key) =>
    new Promise((resolve, reject) => {
      questions.push({ key, who: subject, answer: resolve, fail: reject })
    })
  const channels = ['card', 'letter', 'keeper'].map((name) =>
    channel(`on_${name}`, { description: name, source: afterCreate(name) }),
  )
  const report = (error: unknown): void => void reports.push(error)
  const accessOf = accessToCards
  const hub = createHub({ registry: cards, channels, feed, accessOf, readNow, report })
  const follow = async (name: string, caller: Authorization, since?: string) => {
    const sink = createCollectingSink()
    const subscription = await hub.subscribe({ channel: name, caller, since }, sink)
    subscription.start()
    return { sink, subscription }
  }
  return { feed, questions, reports, follow }
}

const seen = (key: string): WireItem => ({ id: key, text: '', box_id: 'b1' })

/** Lets everything run that waits for nothing but its turn. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('where memory can not tell, the store is asked once per caller, in order', async (t) => {
  const { feed, questions, follow } = open()
  const ann = await follow('on_letter', ANN)
  const annToo = await follow('on_letter', ANN)
  const bob = await follow('on_letter', BOB)
  feed.commit(letterCreated('l1', 'b1'), letterCreated('l2', 'b1'))
  await settle()
  t.match(questions, [
    { key: 'l1', who: 'ann' },
    { key: 'l1', who: 'bob' },
  ])
  questions[1]?.answer(undefined)
  questions[0]?.answer(seen('l1'))
  await annToo.sink.until(1)
  await settle()
  t.match(questions.slice(2), [
    { key: 'l2', who: 'bob' },
    { key: 'l2', who: 'ann' },
  ])
  for (const { answer } of questions.slice(2)) answer(seen('l2'))
  await Promise.all([ann.sink.until(2), annToo.sink.until(2), bob.sink.until(1)])
  t.same(
    [ann, annToo, bob].map(({ sink }) => sink.keys()),
    [['l1', 'l2'], ['l1', 'l2'], ['l2']],
  )
  t.equal(ann.sink.buffers[0], annToo.sink.buffers[0], 'the bytes are shared')
})

t.test('what memory can tell waits for what was before it', async (t) => {
  const { feed, questions, follow } = open()
  const { sink, subscription } = await follow('on_card', ANONYMOUS)
  feed.commit(cardCreated('c1'), cardCreated('c2'))
  // Its log entry does not hold what the rule is about.
  const after = { id: 'c3', text: 'a text', author: 'ann' }
  feed.commit({ resource: 'card', operation: 'create', key: 'c3', after }, cardCreated('c4'))
  t.same(sink.keys(), ['c1', 'c2'])
  t.same(subscription.position(), { epoch: 'e1', position: 2 })
  await settle()
  questions[0]?.answer({ id: 'c3' })
  await sink.until(4)
  t.same(sink.keys(), ['c1', 'c2', 'c3', 'c4'])
  t.same(sink.frames()[2]?.['payload'], { id: 'c3' })
})

t.test('a store that takes its time holds up nobody else', async (t) => {
  const { feed, questions, follow } = open()
  const letters = await follow('on_letter', ANN)
  const other = await follow('on_card', ANN)
  feed.commit(letterCreated('l1', 'b1'), cardCreated('c1'))
  t.same(other.sink.keys(), ['c1'])
  t.same(letters.subscription.position(), { epoch: 'e1', position: 0 })
  t.same(other.subscription.position(), { epoch: 'e1', position: 2 })
  await settle()
  questions[0]?.answer(undefined)
  await settle()
  t.same(letters.subscription.position(), { epoch: 'e1', position: 2 })
  t.same(letters.sink.keys(), [])
})

t.test('a store that fails is told as a gap, not guessed', async (t) => {
  const { feed, questions, reports, follow } = open()
  const { sink } = await follow('on_letter', ANN)
  feed.commit(letterCreated('l1', 'b1'), letterCreated('l2', 'b1'))
  await settle()
  questions[0]?.fail(new RangeError('away'))
  await sink.until(1)
  t.same(sink.keys(), ['Resync'])
  t.match(reports, [{ message: 'away' }])
  feed.commit(letterCreated('l3', 'b1'))
  await settle()
  questions[1]?.answer(seen('l3'))
  await sink.until(2)
  t.same(sink.keys(), ['Resync', 'l3'])
})

t.test('what does not fit into the waiting line is read from the log', async (t) => {
  const { feed, questions, follow } = open()
  const { sink, subscription } = await follow('on_letter', ANN)
  const ids = Array.from({ length: 250 }, (_, index) => `l${index + 1}`)
  for (const id of ids) feed.commit(letterCreated(id, 'b1'))
  await settle()
  t.equal(feed.reads, 1)
  const answered = new Set<Question>()
  while (sink.buffers.length < ids.length) {
    for (const question of questions) {
      if (!answered.has(question)) question.answer(seen(question.key))
      answered.add(question)
    }
    await settle()
  }
  t.same(sink.keys(), ids)
  t.same(subscription.position(), { epoch: 'e1', position: 250 })
})

t.test('from the log no more is sent than the reader takes', async (t) => {
  const { feed, follow } = open()
  feed.commit(...Array.from({ length: 150 }, (_, index) => cardCreated(`c${index}`)))
  const { sink, subscription } = await follow('on_card', ANN, 'e1-0')
  // From the start on, the reader takes nothing more.
  sink.beforeReady = () => new Promise<void>(() => undefined)
  await settle()
  t.ok(sink.buffers.length <= 1)
  t.equal(feed.reads, 1, 'the next page is not read ahead')
  subscription.end()
})

t.test('a subscription that ends while it waits sends nothing more', async (t) => {
  const { feed, questions, follow } = open()
  const live = await follow('on_letter', ANN)
  feed.commit(letterCreated('l1', 'b1'))
  const replaying = await follow('on_letter', BOB, 'e1-0')
  await settle()
  live.subscription.end()
  replaying.subscription.end()
  for (const { key, answer } of questions) answer(seen(key))
  await settle()
  t.same([live.sink.keys(), replaying.sink.keys()], [[], []])
})

t.test('events that come when a log was read to its end wait for nothing', async (t) => {
  const { feed, follow } = open()
  feed.commit(cardCreated('c1'))
  const { sink } = await follow('on_card', ANN, 'e1-0')
  await sink.until(1)
  await settle()
  feed.commit(cardCreated('c2'))
  t.same(sink.keys(), ['c1', 'c2'])
  t.equal(feed.reads, 1)
})

t.test('another authorization has its own rights from the next event on', async (t) => {
  const { feed, follow } = open()
  const { sink, subscription } = await follow('on_card', ANONYMOUS)
  const hidden = { is_public: false, draft: 'a draft' }
  feed.commit(cardCreated('c1', hidden))
  t.equal(subscription.reauthorize(ANN), true)
  feed.commit(cardCreated('c2', hidden))
  t.equal(subscription.reauthorize(BOB), true)
  feed.commit(cardCreated('c3', hidden), cardCreated('c4'))
  t.same(sink.keys(), ['c2', 'c4'])
  t.match(sink.frames()[0], { payload: { draft: 'a draft' } })
})

t.test('what waits for the store is judged by the rights of the moment', async (t) => {
  const { feed, questions, follow } = open()
  const { sink, subscription } = await follow('on_letter', ANN)
  feed.commit(letterCreated('l1', 'b1'), letterCreated('l2', 'b1'))
  await settle()
  subscription.reauthorize(BOB)
  questions[0]?.answer(seen('l1'))
  await settle()
  t.match(questions.slice(1), [{ key: 'l1', who: 'bob' }])
  questions[1]?.answer(undefined)
  await settle()
  t.match(questions.slice(2), [{ key: 'l2', who: 'bob' }])
  questions[2]?.answer(seen('l2'))
  await sink.until(1)
  t.same(sink.keys(), ['l2'])
})

t.test('a replay goes on under the rights of the moment', async (t) => {
  const { feed, follow } = open()
  feed.commit(cardCreated('c1', { is_public: false }), cardCreated('c2', { is_public: false }))
  feed.commit(cardCreated('c3'))
  const { sink, subscription } = await follow('on_card', ANN, 'e1-0')
  await sink.until(1)
  subscription.reauthorize(BOB)
  await sink.until(2)
  t.same(sink.keys(), ['c1', 'c3'])
})

t.test('an authorization without any right ends the subscription', async (t) => {
  const { feed, follow } = open()
  const { sink, subscription } = await follow('on_keeper', somebody('r', { scopes: ['admin'] }))
  t.equal(subscription.reauthorize(somebody('r')), false)
  const after = { box_id: 'b', person: 'p' }
  feed.commit({ resource: 'keeper', operation: 'create', key: 'k', after })
  t.same(sink.keys(), [])
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
