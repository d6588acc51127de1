/** Who is in a channel, and when its members are told. */
import t from 'tap'
import type { PresenceEntry } from '../../../framework/event/presence-entry.ts'
import { createPresenceRoom } from '../../../framework/event/presence-room.ts'
import type { SharedFrame } from '../../../framework/event/shared-frame.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

const entry = (key: string, meta: PresenceEntry['meta'] = {}): PresenceEntry => ({
  key,
  subject: `user of ${key}`,
  meta,
})

function open() {
  const clock = createManualClock()
  const room = createPresenceRoom('room:1', clock)
  const frames: SharedFrame[] = []
  const member = { tell: (frame: SharedFrame) => void frames.push(frame) }
  room.enter(member)
  const told = () =>
    frames.splice(0).map((frame) => JSON.parse(frame.bytes(7).toString()) as object)
  return { clock, room, member, frames, told }
}

const presence = (payload: object) => ({
  type: 'Presence',
  id: 7,
  payload: { channel: 'room:1', ...payload },
})

t.test('changes of 50 ms are told as one', (t) => {
  const { clock, room, told } = open()
  room.put(entry('a'))
  room.put(entry('b', { typing: true }))
  room.put(entry('b', { typing: false }))
  room.put(entry('c'))
  room.remove('c')
  clock.advance(49)
  t.same(told(), [])
  clock.advance(1)
  const [a, b] = [entry('a'), entry('b', { typing: false })]
  t.same(told(), [presence({ joins: [a, b], leaves: [entry('c')] })])
  room.put(entry('a', { typing: true }))
  room.remove('b')
  clock.advance(50)
  t.same(told(), [presence({ joins: [entry('a', { typing: true })], leaves: [b] })])
  t.same(room.entries(), [entry('a', { typing: true })])
  t.end()
})

t.test('what changes nothing is not told', (t) => {
  const { clock, room, told } = open()
  room.put(entry('a', { typing: true }))
  clock.advance(50)
  told()
  room.put(entry('a', { typing: true }))
  room.remove('nobody')
  clock.advance(1000)
  t.same(told(), [])
  t.equal(clock.size, 0)
  t.end()
})

t.test('members share the bytes; who has left is told nothing', (t) => {
  const { clock, room, member, frames } = open()
  const others: SharedFrame[] = []
  room.enter({ tell: (frame) => void others.push(frame) })
  room.put(entry('a'))
  clock.advance(50)
  t.equal(frames[0], others[0])
  room.leave(member)
  room.put(entry('b'))
  clock.advance(50)
  t.equal(frames.length, 1)
  t.equal(others.length, 2)
  room.put(entry('c'))
  room.close()
  clock.advance(50)
  t.equal(others.length, 2)
  t.end()
})

t.test('a room is empty when nobody is in it and nobody watches', (t) => {
  const { room, member, clock } = open()
  t.equal(room.isEmpty(), false)
  room.leave(member)
  t.equal(room.isEmpty(), true)
  room.put(entry('a'))
  t.equal(room.isEmpty(), false)
  t.equal(clock.size, 0, 'there is nobody to tell')
  room.remove('a')
  t.equal(room.isEmpty(), true)
  t.end()
})

t.test('a thousand entries are enough', (t) => {
  const { room } = open()
  for (let number = 0; number < 1000; number += 1) room.put(entry(String(number)))
  t.throws(() => room.refuseFull(entry('one more')), {
    code: 'too_many_requests',
    retryAfterSeconds: Number,
  })
  room.refuseFull(entry('7', { typing: true }))
  room.remove('8')
  room.refuseFull(entry('one more'))
  t.end()
})

t.test('the state of a channel never grows beyond a quarter of what may wait for a reader', (t) => {
  const { room } = open()
  const large = { text: 'x'.repeat(1000) }
  let count = 0
  while (room.hasRoomFor(entry(String(count), large))) room.put(entry(String(count++), large))
  const bytes = room.stateFrame().bytes(1).length
  t.ok(bytes > 260_000 && bytes < 264_000, String(bytes))
  t.throws(() => room.refuseFull(entry('more', large)), { code: 'too_many_requests' })
  room.put(entry('0'))
  room.refuseFull(entry('0', large))
  room.remove('1')
  room.put(entry('0', large))
  room.refuseFull(entry('more', large))
  t.end()
})
