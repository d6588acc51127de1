/** A change is told by what enters, stays in and leaves a view, and framed once for all who are told the same. */
import t from 'tap'
import type { Change, WireItem } from '../../../framework/event/change.ts'
import { channelEvent, type Outcome } from '../../../framework/event/channel-event.ts'
import type { Sight, View } from '../../../framework/event/view.ts'
import { ALL } from '../../../framework/filter/filter.ts'
import { cardItem, cards } from '../../kit/cards.ts'

const resource = cards.resource('card')
const BEFORE = cardItem('c')
const AFTER = cardItem('c', { text: 'new' })
const CREATED: Partial<Change> = { operation: 'create', after: AFTER }
const UPDATED: Partial<Change> = { operation: 'update', before: BEFORE, after: AFTER }
const DELETED: Partial<Change> = { operation: 'delete', before: BEFORE }

function eventOf(facts: Partial<Change>) {
  const change: Change = {
    position: 1,
    resource: 'card',
    operation: 'create',
    key: 'c',
    before: undefined,
    after: undefined,
    ...facts,
  }
  return channelEvent({ channel: 'on_card', resource, change, epoch: 'e1' })
}

/** Sees of each row what it is told. */
function viewOf(sights: { readonly before?: Sight; readonly after?: Sight }): View {
  const sightOf = (item: WireItem): Sight | undefined =>
    item === BEFORE ? sights.before : sights.after
  return { rows: ALL, filters: [], look: (item) => sightOf(item) ?? 'unseen' }
}

function tell(event: ReturnType<typeof eventOf>, outcome: Outcome | 'untold'): unknown {
  if (typeof outcome !== 'object') return outcome
  const { op, payload } = JSON.parse(event.frame(outcome).bytes(undefined).toString()) as {
    readonly op: string
    readonly payload?: WireItem
  }
  return payload === undefined ? op : [op, payload]
}

t.test('what enters a view is created, what stays updated, what leaves deleted', (t) => {
  const judged = (facts: Partial<Change>, before: Sight, after: Sight): unknown => {
    const event = eventOf(facts)
    return tell(event, event.judge(viewOf({ before, after })))
  }
  const seen = ['id', 'text']
  const item = { id: 'c', text: 'new' }
  t.same(judged(CREATED, 'unseen', seen), ['create', item])
  t.equal(judged(CREATED, 'unseen', 'unseen'), undefined)
  t.same(judged(UPDATED, seen, seen), ['update', item])
  t.same(judged(UPDATED, 'unseen', seen), ['create', item])
  t.equal(judged(UPDATED, seen, 'unseen'), 'delete')
  t.equal(judged(UPDATED, 'unseen', 'unseen'), undefined)
  t.equal(judged(DELETED, seen, 'unseen'), 'delete')
  t.equal(judged(DELETED, 'unseen', 'unseen'), undefined)
  t.end()
})

t.test('an update that changes nothing that is seen is not told', (t) => {
  const event = eventOf(UPDATED)
  const judged = (before: Sight, after: Sight): unknown =>
    tell(event, event.judge(viewOf({ before, after })))
  t.equal(judged(['id', 'author'], ['id', 'author']), undefined)
  t.same(judged(['id'], ['id', 'author']), ['update', { id: 'c', author: 'ann' }], 'more is seen')
  t.same(judged(['id', 'author'], ['id']), ['update', { id: 'c' }], 'less is seen')
  t.equal(judged('untold', ['id', 'author']), undefined)
  t.end()
})

t.test('what memory can not tell is asked for, and what nobody can tell is not guessed', (t) => {
  const judge = (facts: Partial<Change>, before: Sight, after: Sight): unknown => {
    const event = eventOf(facts)
    return tell(event, event.judge(viewOf({ before, after })))
  }
  t.equal(judge(CREATED, 'unseen', 'untold'), 'untold')
  t.equal(judge(UPDATED, 'untold', 'unseen'), 'resync', 'it may have left')
  t.equal(judge(DELETED, 'untold', 'unseen'), 'resync')
  const by = (facts: Partial<Change>, before: Sight, now?: readonly string[]): unknown => {
    const event = eventOf(facts)
    return tell(event, event.judgeBy(viewOf({ before }), now))
  }
  t.same(by(CREATED, 'unseen', ['id', 'seal']), ['create', { id: 'c' }], 'never a secret')
  t.equal(by(CREATED, 'unseen'), undefined)
  t.equal(by(UPDATED, ['id']), 'delete')
  t.equal(by(UPDATED, 'unseen'), undefined)
  t.equal(by(UPDATED, 'untold'), 'resync')
  t.same(by(UPDATED, 'untold', ['text']), ['update', { text: 'new' }])
  t.end()
})

t.test('who is told the same shares a frame', (t) => {
  const event = eventOf(CREATED)
  const one = event.frame({ operation: 'create', names: ['id', 'text'] })
  t.equal(event.frame({ operation: 'create', names: ['id', 'text'] }), one)
  t.not(event.frame({ operation: 'create', names: ['id'] }), one)
  t.not(event.frame({ operation: 'update', names: ['id', 'text'] }), one)
  t.same(event.cursor, { epoch: 'e1', position: 1 })
  t.end()
})
