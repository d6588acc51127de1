/** The channel of a resource: what enters, stays in and leaves a subscriber's view, as its rights go and come. */
import t from 'tap'
import type { WireItem } from '../../../framework/event/change.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { cardCreated, cardItem, letterCreated, somebody } from '../../kit/cards.ts'
import { keeperChange, keeperRow, openLiveCards, settle } from '../../kit/live-cards.ts'
import type { ScriptedChange } from '../../kit/scripted-feed.ts'

const ANN = somebody('ann')
const BOB = somebody('bob')
const CYD = somebody('cyd')

function cardChanged(id: string, before: WireItem, after: WireItem): ScriptedChange {
  const images = { before: cardItem(id, before), after: cardItem(id, after) }
  return { resource: 'card', operation: 'update', key: id, ...images }
}

function cardDeleted(id: string, facts: WireItem = {}): ScriptedChange {
  return { resource: 'card', operation: 'delete', key: id, before: cardItem(id, facts) }
}

t.test('a row that enters a view is created there, and one that leaves it deleted', async (t) => {
  const { feed, follow } = openLiveCards()
  const anyone = await follow({ id: 1 })
  const author = await follow({ caller: ANN })
  feed.commit(
    cardCreated('c1'),
    cardChanged('c1', {}, { text: 'new' }),
    cardChanged('c1', { text: 'new' }, { text: 'new', is_public: false }),
    cardChanged('c1', { text: 'new', is_public: false }, { text: 'newer', is_public: false }),
    cardChanged('c1', { text: 'newer', is_public: false }, { text: 'newer' }),
    cardDeleted('c1', { text: 'newer' }),
    cardDeleted('c2', { is_public: false }),
  )
  t.same(anyone.told(), ['create c1', 'update c1', 'delete c1', 'create c1', 'delete c1'])
  const own = ['create c1', 'update c1', 'update c1', 'update c1', 'update c1', 'delete c1']
  t.same(author.told(), [...own, 'delete c2'])
  t.same(anyone.sink.frames()[2], {
    type: 'Event',
    id: 1,
    channel: 'card',
    op: 'delete',
    key: 'c1',
    cursor: 'e1-3',
  })
})

t.test('what is asked for is all that is told', async (t) => {
  const { feed, follow } = openLiveCards()
  const loud = await follow({ filter: { text: { eq: 'LOUD' } } })
  const gone = await follow({ ops: ['delete'], filter: { text: { eq: 'LOUD' } } })
  feed.commit(
    cardCreated('c1'),
    cardChanged('c1', {}, { text: 'LOUD' }),
    cardChanged('c1', { text: 'LOUD' }, { text: 'LOUD', author: 'bob' }),
    cardChanged('c1', { text: 'LOUD', author: 'bob' }, { text: 'still', author: 'bob' }),
    cardDeleted('c2', { text: 'LOUD' }),
  )
  t.same(loud.told(), ['create c1', 'update c1', 'delete c1', 'delete c2'])
  t.same(gone.told(), ['delete c1', 'delete c2'])
})

t.test('a filter tells nothing of what its caller may not read', async (t) => {
  const { feed, follow } = openLiveCards()
  const filter = { draft: { eq: 'secret plan' } }
  const other = await follow({ caller: BOB, filter })
  const author = await follow({ caller: ANN, filter })
  feed.commit(cardCreated('c1', { draft: 'secret plan' }))
  t.same([other.told(), author.told()], [[], ['create c1']])
  const faults = [{ pointer: '/payload/filter/seal', detail: 'is not known here' }]
  await t.rejects(follow({ filter: { seal: { eq: 'x' } } }), { code: 'invalid', faults })
  await t.rejects(follow({ filter: { text: { like: 'x' } } }), { code: 'invalid' })
  const or = Array.from({ length: 21 }, () => ({ text: { eq: 'x' } }))
  await t.rejects(follow({ filter: { or } }), { code: 'invalid' }, 'too many parts')
  await t.rejects(follow({ ops: ['create', 'create'] }), { code: 'invalid' })
  await t.rejects(follow({ ops: ['truncate'] }), { code: 'invalid' })
  await t.rejects(follow({ channel: 'box', caller: ANN }), { code: 'not_found' })
})

t.test('rules over links are judged by one query per table for all who listen', async (t) => {
  const { feed, follow, queries } = openLiveCards()
  const people = ['ann', 'bob', 'cyd', ...Array.from({ length: 50 }, (_, index) => `p${index}`)]
  const all = await Promise.all(
    people.map((name) => follow({ channel: 'letter', caller: somebody(name) })),
  )
  feed.commit(letterCreated('l1', 'b1'), letterCreated('l2', 'b2'), letterCreated('l3', 'b1'))
  await settle()
  const told = all.map((one) => one.told())
  t.same(told.slice(0, 3), [['create l1', 'create l3'], ['create l1', 'create l3'], []])
  t.equal(queries.length, 2, 'one for the boxes, one for their keepers')
  feed.commit(letterCreated('l4', 'b1'))
  t.same(all[0]?.told().at(-1), 'create l4', 'and then it is known, and told at once')
  t.equal(queries.length, 2)
})

t.test('who is put out is told nothing more, and who comes in reads anew', async (t) => {
  const { feed, follow, rows } = openLiveCards()
  const [ann, bob, cyd] = await Promise.all(
    [ANN, BOB, CYD].map((caller) => follow({ channel: 'letter', caller })),
  )
  feed.commit(letterCreated('l1', 'b1'))
  await settle()
  rows.set('keeper', [keeperRow('b1', 'ann'), keeperRow('b1', 'cyd')])
  feed.commit(
    keeperChange('delete', 'b1', 'bob'),
    letterCreated('l2', 'b1'),
    keeperChange('create', 'b1', 'cyd'),
    letterCreated('l3', 'b1'),
  )
  await settle()
  t.same(ann?.told(), ['create l1', 'create l2', 'create l3'])
  t.same(bob?.told(), ['create l1', 'Resync'])
  t.same(cyd?.told(), ['create l2', 'Resync', 'create l3'], 'judged by the rights of now')
})

t.test('a channel that is lost whole ends', async (t) => {
  const { feed, follow, rows } = openLiveCards()
  const inBox = { channel: 'letter', filter: { box_id: { eq: 'b1' } } }
  const bob = await follow({ ...inBox, caller: BOB })
  const elsewhere = await follow({
    channel: 'letter',
    caller: BOB,
    filter: { box_id: { eq: 'b2' } },
  })
  const ann = await follow({ ...inBox, caller: ANN })
  rows.set('keeper', [keeperRow('b1', 'ann')])
  feed.commit(keeperChange('delete', 'b1', 'bob'), letterCreated('l1', 'b1'))
  await settle()
  t.same([bob.told(), bob.lost()], [[], 1])
  t.same([ann.told(), ann.lost()], [['create l1'], 0])
  t.same([elsewhere.told(), elsewhere.lost()], [[], 0], 'that box was never asked for')
})

t.test('an update moves a row from one box to another', async (t) => {
  const { feed, follow, rows } = openLiveCards()
  rows.set('keeper', [keeperRow('b1', 'ann'), keeperRow('b2', 'bob')])
  const ann = await follow({ channel: 'letter', caller: ANN })
  const bob = await follow({ channel: 'letter', caller: BOB })
  const before = { id: 'l1', text: 'x', box_id: 'b1' }
  const after = { ...before, box_id: 'b2' }
  feed.commit({ resource: 'letter', operation: 'update', key: 'l1', before, after })
  await settle()
  t.same([ann.told(), bob.told()], [['delete l1'], ['create l1']])
})

t.test('one that waits for the database holds up no other channel', async (t) => {
  const world = openLiveCards()
  const { feed, follow } = world
  const { promise, resolve } = Promise.withResolvers<undefined>()
  world.beforeRows = () => promise
  const letters = await follow({ channel: 'letter', caller: ANN })
  const all = await follow({ caller: ANN })
  feed.commit(letterCreated('l1', 'b1'), cardCreated('c1'))
  feed.commit(letterCreated('l2', 'b1'))
  await settle()
  t.same([letters.told(), all.told()], [[], ['create c1']])
  t.same(letters.subscription.position(), { epoch: 'e1', position: 0 })
  t.same(world.hub.cursorOf([letters.subscription, all.subscription]), {
    epoch: 'e1',
    position: 0,
  })
  resolve(undefined)
  await letters.sink.until(2)
  t.same(letters.told(), ['create l1', 'create l2'])
  t.same(letters.subscription.position(), { epoch: 'e1', position: 3 })
})

t.test('a database that fails is told as a gap, not guessed', async (t) => {
  const world = openLiveCards()
  const { feed, follow } = world
  const letters = await follow({ channel: 'letter', caller: ANN })
  world.beforeRows = () => Promise.reject(new RangeError('away'))
  feed.commit(letterCreated('l1', 'b1'))
  await letters.sink.until(1)
  world.beforeRows = () => Promise.resolve()
  feed.commit(letterCreated('l2', 'b1'))
  await letters.sink.until(2)
  t.same(letters.told(), ['Resync', 'create l2'])
  t.match(world.reports, [{ message: 'away' }])
})

t.test('a replay is judged by the rights of now, and says when they have changed', async (t) => {
  const { feed, follow, rows } = openLiveCards()
  feed.commit(letterCreated('l1', 'b1'), letterCreated('l2', 'b2'))
  rows.set('keeper', [keeperRow('b1', 'ann')])
  const bob = await follow({ channel: 'letter', caller: BOB, since: 'e1-0' })
  const ann = await follow({ channel: 'letter', caller: ANN, since: 'e1-0' })
  await ann.sink.until(1)
  await settle()
  t.same([ann.told(), bob.told()], [['create l1'], []])
  feed.commit(keeperChange('create', 'b1', 'cyd'))
  rows.set('keeper', [keeperRow('b1', 'ann'), keeperRow('b1', 'cyd')])
  const cyd = await follow({ channel: 'letter', caller: CYD, since: 'e1-1' })
  await cyd.sink.until(1)
  await settle()
  t.same(cyd.told(), ['Resync'], 'older letters are seen now')
  rows.set('keeper', [])
  feed.commit(keeperChange('delete', 'b1', 'ann'))
  const filter = { box_id: { eq: 'b1' } }
  const out = await follow({ channel: 'letter', caller: ANN, since: 'e1-3', filter })
  await settle()
  t.same([out.told(), out.lost()], [[], 1])
})

t.test(
  'what memory can not tell is asked of the database once for all who see the same',
  async (t) => {
    const world = openLiveCards()
    const { feed, follow } = world
    const asked: unknown[] = []
    world.seeNow = ({ resource, caller, key, filter }) => {
      asked.push([resource, caller.subject, key, filter.kind])
      return Promise.resolve(key === 'c1' ? ['id', 'text'] : undefined)
    }
    const [one, other] = [await follow(), await follow()]
    // Its log entry does not hold what the rule is about.
    const after = { id: 'c1', text: 'a text', author: 'ann' }
    feed.commit({ resource: 'card', operation: 'create', key: 'c1', after }, cardCreated('c2'))
    const changed = { before: { ...after, id: 'c3' }, after: { ...after, id: 'c3', text: 'b' } }
    feed.commit({ resource: 'card', operation: 'update', key: 'c3', ...changed })
    await one.sink.until(3)
    t.same(one.told(), ['create c1', 'create c2', 'Resync'])
    t.same(other.told(), one.told())
    t.equal(one.sink.buffers[0], other.sink.buffers[0], 'the bytes are shared')
    t.same(one.sink.frames()[0]?.['payload'], { id: 'c1', text: 'a text' })
    t.same(asked, [
      ['card', undefined, 'c1', 'all'],
      ['card', undefined, 'c3', 'all'],
    ])
  },
)

t.test('another authorization sees by its own rights from the next event on', async (t) => {
  const { feed, follow } = openLiveCards()
  const { subscription, told } = await follow({ filter: { is_public: { eq: false } } })
  feed.commit(cardCreated('c1', { is_public: false }))
  t.equal(subscription.reauthorize(ANN), true)
  feed.commit(cardCreated('c2', { is_public: false }))
  t.equal(subscription.reauthorize(BOB), true)
  feed.commit(cardCreated('c3', { is_public: false }))
  t.same(told(), ['create c2'])
})

t.test('an authorization that may not ask for as much ends the subscription', async (t) => {
  const { feed, follow } = openLiveCards()
  const filter = { draft: { eq: 'x' } }
  const { subscription, told } = await follow({ caller: ANN, filter })
  t.equal(subscription.reauthorize(ANONYMOUS), false)
  feed.commit(cardCreated('c1', { draft: 'x' }))
  t.same(told(), [])
})

t.test('more than can wait for the database is told as a gap', async (t) => {
  const world = openLiveCards()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  world.beforeRows = () => promise
  const letters = await world.follow({ channel: 'letter', caller: ANN })
  for (let at = 0; at < 30; at += 1) {
    world.feed.commit(
      ...Array.from({ length: 500 }, (_, index) => letterCreated(`l${at}-${index}`, 'b1')),
    )
  }
  t.same(letters.told(), ['Resync'])
  resolve(undefined)
  world.feed.commit(letterCreated('last', 'b1'))
  await letters.sink.until(2)
  t.not(letters.told().indexOf('create last'), 1, 'what came after the gap still comes')
})

t.test('where one row is asked for, the database tells whether it is still seen', async (t) => {
  const world = openLiveCards()
  const { feed, follow, rows } = world
  const seen = new Set(['l1'])
  world.seeNow = ({ key }) => Promise.resolve(seen.has(key) ? ['id'] : undefined)
  const one = { channel: 'letter', caller: BOB, filter: { id: { eq: 'l1' } } }
  const { told, lost, sink } = await follow(one)
  rows.set('keeper', [])
  feed.commit(keeperChange('delete', 'b1', 'bob'))
  await sink.until(1)
  t.same([told(), lost()], [['Resync'], 0], 'there is another way to see it')
  seen.clear()
  feed.commit(keeperChange('delete', 'b2', 'bob'))
  await settle()
  t.same([told(), lost()], [['Resync'], 1])
})
