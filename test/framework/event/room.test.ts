/** A room judges an event once for all who see the same. */
import t from 'tap'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import type { Change, WireItem } from '../../../framework/event/change.ts'
import { channel } from '../../../framework/event/channel.ts'
import { createRoom, type Member } from '../../../framework/event/room.ts'
import type { SharedFrame } from '../../../framework/event/shared-frame.ts'
import { openAccess, type Access } from '../../../framework/security/access.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { accessToCards, cardCreated, cards, somebody } from '../../kit/cards.ts'

function accessOf(caller: Authorization): Access {
  return accessToCards('card', caller) ?? openAccess(cards.resource('card'), caller)
}

function changeOf(position: number, facts?: WireItem): Change {
  return { before: undefined, after: undefined, ...cardCreated('c', facts), position }
}

interface Collecting extends Member {
  readonly frames: unknown[]
}

function member(): Collecting {
  const frames: (SharedFrame | string)[] = []
  return {
    frames,
    take: (_event, frame) => void frames.push(frame),
    beginAnew: () => void frames.push('anew'),
  }
}

function open(filter?: (item: WireItem) => boolean) {
  const declared = { description: '', source: afterCreate('card') }
  const on = channel('on_card', filter === undefined ? declared : { ...declared, filter })
  return createRoom({ registry: cards, channel: on, readNow: () => Promise.resolve(undefined) })
}

t.test('members with the same rights are one audience, and get the same frame', (t) => {
  const room = open()
  const [one, other, author] = [member(), member(), member()]
  const audience = room.enter(one, accessOf(ANONYMOUS))
  t.equal(room.enter(other, accessOf(ANONYMOUS)), audience)
  t.not(room.enter(author, accessOf(somebody('ann'))), audience)
  room.publish(changeOf(1), 'e1')
  t.equal(one.frames[0], other.frames[0])
  t.not(one.frames[0], author.frames[0])
  t.equal(one.frames.length, 1)
  t.end()
})

t.test('who left is told nothing, and who alone was in an audience leaves none behind', (t) => {
  const room = open()
  const [one, other] = [member(), member()]
  const audience = room.enter(one, accessOf(ANONYMOUS))
  room.enter(other, accessOf(ANONYMOUS))
  room.leave(one, audience)
  room.publish(changeOf(1), 'e1')
  t.equal(one.frames.length, 0)
  t.equal(other.frames.length, 1)
  room.leave(other, audience)
  t.not(room.enter(one, accessOf(ANONYMOUS)), audience)
  t.end()
})

t.test('without members nothing is judged', (t) => {
  const room = open(() => t.fail('there is nobody to filter for'))
  room.publish(changeOf(1), 'e1')
  t.end()
})

t.test('only changes of the source that pass the filter are events', (t) => {
  const room = open(({ text }) => text === 'yes')
  t.equal(room.eventOf(changeOf(1), 'e1'), undefined)
  t.match(room.eventOf(changeOf(2, { text: 'yes' }), 'e1'), {
    cursor: { epoch: 'e1', position: 2 },
  })
  const yes = changeOf(3, { text: 'yes' })
  t.equal(room.eventOf({ ...yes, operation: 'update' }, 'e1'), undefined)
  t.equal(room.eventOf({ ...yes, resource: 'letter' }, 'e1'), undefined)
  t.end()
})

t.test('every member begins anew', (t) => {
  const room = open()
  const [one, author] = [member(), member()]
  room.enter(one, accessOf(ANONYMOUS))
  room.enter(author, accessOf(somebody('ann')))
  room.beginAnew()
  t.same([one.frames, author.frames], [['anew'], ['anew']])
  t.end()
})
