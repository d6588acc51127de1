/** An event is framed once for each set of attributes that somebody sees. */
import t from 'tap'
import type { Change, WireItem } from '../../../framework/event/change.ts'
import { channelEvent, type ReadNow } from '../../../framework/event/channel-event.ts'
import type { SharedFrame } from '../../../framework/event/shared-frame.ts'
import type { Sight, View } from '../../../framework/event/view.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { cardItem, cards, somebody } from '../../kit/cards.ts'

const NEVER: ReadNow = () => Promise.reject(new TypeError('must not be asked'))

function eventOf(change: Partial<Change>, readNow = NEVER) {
  const whole = {
    position: 1,
    resource: 'card',
    operation: 'create',
    key: 'c',
    ...change,
  } as Change
  const cursor = { epoch: 'e1', position: 1 }
  const resource = cards.resource('card')
  return channelEvent({ channel: 'on_card', resource, change: whole, cursor, readNow })
}

/** Sees what it is told; of a row that is not there, nothing. */
function viewOf(sightOf: (item: WireItem) => Sight): View {
  return { look: sightOf }
}

function tell(frame: SharedFrame | undefined | 'untold'): unknown {
  if (frame === undefined || frame === 'untold') return frame
  const { op, payload } = JSON.parse(frame.bytes(undefined).toString()) as Change & {
    readonly op: string
    readonly payload?: WireItem
  }
  return payload === undefined ? op : [op, payload]
}

t.test('views that see the same attributes share a frame', (t) => {
  const event = eventOf({ after: cardItem('c') })
  const one = event.frameFor(viewOf(() => ['id', 'text']))
  t.equal(event.frameFor(viewOf(() => ['id', 'text'])), one)
  t.not(event.frameFor(viewOf(() => ['id'])), one)
  t.same(tell(one), ['create', { id: 'c', text: 'text of c' }])
  t.equal(event.frameFor(viewOf(() => 'unseen')), undefined)
  t.equal(event.frameFor(viewOf(() => 'untold')), 'untold')
  t.end()
})

t.test('an update that changes nothing that is seen is not told', (t) => {
  const before = cardItem('c')
  const event = eventOf({ operation: 'update', before, after: { ...before, text: 'new' } })
  t.same(tell(event.frameFor(viewOf(() => ['id', 'text']))), ['update', { id: 'c', text: 'new' }])
  t.equal(event.frameFor(viewOf(() => ['id', 'author'])), undefined)
  const enters = viewOf((item) => (item === before ? 'unseen' : ['id']))
  t.same(tell(event.frameFor(enters)), ['update', { id: 'c' }], 'a row that comes into view')
  const widens = viewOf((item) => (item === before ? ['id'] : ['id', 'author']))
  t.same(tell(event.frameFor(widens)), ['update', { id: 'c', author: 'ann' }])
  const unsure = viewOf((item) => (item === before ? 'untold' : ['id', 'author']))
  t.equal(event.frameFor(unsure), undefined)
  t.end()
})

t.test('a delete tells the key to those who saw the row', (t) => {
  const event = eventOf({ operation: 'delete', before: cardItem('c') })
  t.equal(tell(event.frameFor(viewOf(() => ['id', 'text']))), 'delete')
  t.equal(event.frameFor(viewOf(() => 'unseen')), undefined)
  t.equal(event.frameFor(viewOf(() => 'untold')), undefined, 'there is no row to ask for')
  t.end()
})

t.test('the store is asked once per caller, and says which attributes are seen', async (t) => {
  const asked: unknown[] = []
  const readNow: ReadNow = (resource, caller, key) => {
    asked.push([resource, caller.subject, key])
    // The row has been changed since: what the event tells is as it was.
    const now = cardItem('c', { text: 'newer', seal: 'never told' })
    return Promise.resolve(caller.subject === 'ann' ? now : undefined)
  }
  const event = eventOf({ after: cardItem('c', { seal: 'never told' }) }, readNow)
  const ann = somebody('ann')
  const [one, other] = await Promise.all([event.ask(ann), event.ask(ann)])
  t.equal(one, other)
  t.same(tell(one), ['create', cardItem('c')])
  t.equal(await event.ask(ANONYMOUS), undefined)
  t.same(asked, [
    ['card', 'ann', 'c'],
    ['card', undefined, 'c'],
  ])
})

t.test('an update of nothing that is seen is not told after asking either', async (t) => {
  const before = cardItem('c')
  const readNow: ReadNow = () => Promise.resolve({ id: 'c', author: 'ann' })
  const event = eventOf({ operation: 'update', before, after: { ...before, text: 'new' } }, readNow)
  t.equal(await event.ask(ANONYMOUS), undefined)
})
