/** Rooms are there as long as they are of use. */
import t from 'tap'
import { createPresenceRooms } from '../../../framework/event/presence-rooms.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

const entry = (key: string) => ({ key, subject: 's', meta: {} })

t.test('a room goes when the last entry and the last member have gone', (t) => {
  const rooms = createPresenceRooms(createManualClock())
  const member = { tell: () => undefined }
  const room = rooms.enter('a', member)
  rooms.put('a', entry('k'))
  rooms.put('b', entry('l'))
  t.equal(rooms.find('a'), room)
  t.same(room.entries(), [entry('k')])
  t.same(rooms.find('b')?.entries(), [entry('l')])
  rooms.leave('a', member)
  t.equal(rooms.find('a'), room)
  rooms.remove('a', 'k')
  t.equal(rooms.find('a'), undefined)
  rooms.remove('a', 'k')
  rooms.leave('a', member)
  t.equal(rooms.find('a'), undefined, 'and does not come back by being left')
  rooms.remove('b', 'l')
  t.equal(rooms.find('b'), undefined)
  t.end()
})

t.test('closed rooms tell nobody', (t) => {
  const clock = createManualClock()
  const rooms = createPresenceRooms(clock)
  rooms.enter('a', { tell: () => void t.fail('is closed') })
  rooms.put('a', entry('k'))
  rooms.close()
  clock.advance(1000)
  t.equal(clock.size, 0)
  t.equal(rooms.find('a'), undefined)
  t.end()
})
