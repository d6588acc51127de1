/** How a socket is seen in a channel, and what it is told there. */
import t from 'tap'
import type { PresenceEntry } from '../../../framework/event/presence-entry.ts'
import { createPresenceRooms } from '../../../framework/event/presence-rooms.ts'
import { createTracking } from '../../../framework/event/presence-tracking.ts'
import { createCollectingSink, type CollectingSink } from '../../kit/collecting-sink.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

function open() {
  const clock = createManualClock()
  const rooms = createPresenceRooms(clock)
  const enter = (subject: string) => {
    const sink = createCollectingSink()
    const channel = 'room:1'
    const tracking = createTracking({ channel, subject, rooms, own: rooms, clock, sink })
    let seen = 0
    const told = () => {
      const fresh = sink.frames().slice(seen)
      seen += fresh.length
      return fresh
    }
    return { sink, tracking, told }
  }
  const seen = () =>
    (rooms.find('room:1')?.entries() ?? []).map(({ subject, meta }) => [subject, meta])
  const pass = async (ms: number) => {
    clock.advance(ms)
    await Promise.resolve() // the sink is ready at once
  }
  return { clock, rooms, enter, seen, pass }
}

/** Leaves a reader without room. @returns gives it room */
function hold(sink: CollectingSink): () => void {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  sink.beforeReady = () => promise
  return () => resolve(undefined)
}

const named = (subject: string, meta: PresenceEntry['meta'] = {}) => ({
  key: /^.{16}$/,
  subject,
  meta,
})

t.test('whoever appears gets the state, itself in it, and then every change', async (t) => {
  const { enter, pass, seen } = open()
  const [ann, bob] = [enter('ann'), enter('bob')]
  t.same(ann.told(), [], 'nothing before it appears')
  ann.tracking.appear({ id: 4, meta: { typing: true } })
  t.match(ann.told(), [
    {
      type: 'Presence',
      id: 4,
      payload: { channel: 'room:1', state: [named('ann', { typing: true })] },
    },
  ])
  bob.tracking.appear({ id: 'b', meta: {} })
  t.match(bob.told(), [{ id: 'b', payload: { state: [named('ann'), named('bob')] } }])
  await pass(50)
  t.match(ann.told(), [
    { id: 4, payload: { joins: [{ subject: 'ann' }, { subject: 'bob' }], leaves: [] } },
  ])
  bob.told()
  ann.tracking.end()
  await pass(50)
  t.match(bob.told(), [{ payload: { joins: [], leaves: [named('ann', { typing: true })] } }])
  t.same(ann.told(), [])
  t.same(seen(), [['bob', {}]])
})

t.test('several devices of one user are several entries', async (t) => {
  const { enter, seen } = open()
  const [phone, desk] = [enter('ann'), enter('ann')]
  phone.tracking.appear({ meta: { device: 'phone' } })
  desk.tracking.appear({ meta: { device: 'desk' } })
  t.same(seen(), [['ann', { device: 'phone' }], ['ann', { device: 'desk' }]]) // prettier-ignore
  phone.tracking.end()
  t.same(seen(), [['ann', { device: 'desk' }]])
})

t.test('a changed meta is a join with the same key', async (t) => {
  const { enter, pass } = open()
  const [ann, bob] = [enter('ann'), enter('bob')]
  bob.tracking.appear({})
  ann.tracking.appear({ meta: { at: 1 } })
  await pass(50)
  ann.tracking.appear({ meta: { at: 2 } })
  await pass(50)
  const [, joined, changed] = bob.told() as { payload: { joins: PresenceEntry[] } }[]
  t.match(joined?.payload.joins, [{ meta: { at: 1 } }])
  t.match(changed?.payload, {
    joins: [{ key: joined?.payload.joins[0]?.key, meta: { at: 2 } }],
    leaves: [],
  })
})

t.test('what is said for a while ends by itself, and the person stays', async (t) => {
  const { enter, seen, pass, clock } = open()
  const { tracking } = enter('ann')
  tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  await pass(4999)
  t.same(seen(), [['ann', { typing: true }]])
  await pass(1)
  t.same(seen(), [['ann', {}]], 'nothing was said for good')
  tracking.appear({ meta: { status: 'away' } })
  tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  await pass(3000)
  tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  await pass(4999)
  t.same(seen(), [['ann', { typing: true }]], 'said again, it counts anew')
  await pass(1)
  t.same(seen(), [['ann', { status: 'away' }]])
  tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  tracking.appear({ meta: { status: 'here' } })
  await pass(10_000)
  t.same(seen(), [['ann', { status: 'here' }]])
  tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  tracking.end()
  t.equal(clock.size, 0)
  t.same(seen(), [])
})

t.test('who watches unseen sees all and is not seen; who was seen can become unseen', async (t) => {
  const { enter, seen, pass } = open()
  const [ann, bob] = [enter('ann'), enter('bob')]
  ann.tracking.appear({ id: 1 })
  bob.tracking.appear({ meta: { status: 'away' } })
  t.same(seen(), [['bob', { status: 'away' }]])
  await pass(50)
  t.match(ann.told().at(-1), { id: 1, payload: { joins: [{ subject: 'bob' }] } })
  bob.tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  for (const meta of [null, undefined]) {
    bob.tracking.appear({ meta })
    await pass(50)
    t.same(seen(), [])
  }
  await pass(5000)
  t.same(seen(), [], 'what was said for a while does not bring it back')
  t.match(ann.told().at(-1), { payload: { leaves: [{ subject: 'bob' }] } })
  bob.tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
  await pass(5000)
  t.same(seen(), [], 'and it is unseen again after what it says for a while')
})

t.test('who has left and appears again stays away', (t) => {
  const { enter, seen } = open()
  const { tracking, told } = enter('ann')
  tracking.end()
  tracking.end()
  t.throws(() => tracking.appear({ meta: {} }), { code: 'not_found' })
  t.same(told(), [])
  t.same(seen(), [])
  t.end()
})

t.test('a reader without room is sent nothing; when it has room, the whole state', async (t) => {
  const { enter, pass } = open()
  const [ann, bob] = [enter('ann'), enter('bob')]
  ann.tracking.appear({ id: 1 })
  ann.told()
  const release = hold(ann.sink)
  for (const at of [1, 2, 3]) {
    bob.tracking.appear({ meta: { at } })
    await pass(50)
  }
  t.same(ann.told(), [])
  release()
  await pass(0)
  t.match(ann.told(), [{ id: 1, payload: { state: [named('bob', { at: 3 })] } }])
  ann.sink.beforeReady = () => Promise.resolve()
  bob.tracking.appear({ meta: { at: 4 } })
  await pass(50)
  t.match(ann.told(), [{ payload: { joins: [named('bob', { at: 4 })] } }])
})

t.test(
  'what waited for the reader is left out when the whole state was sent meanwhile',
  async (t) => {
    const { enter, pass } = open()
    const [ann, bob] = [enter('ann'), enter('bob')]
    ann.tracking.appear({ id: 1 })
    ann.told()
    const release = hold(ann.sink)
    bob.tracking.appear({ meta: {} })
    await pass(50)
    ann.tracking.appear({ id: 2 })
    t.match(ann.told(), [{ id: 2, payload: { state: [named('bob')] } }])
    release()
    await pass(0)
    t.same(ann.told(), [])
    bob.tracking.end()
    await pass(50)
    ann.tracking.end()
    await pass(50)
    t.match(ann.told(), [{ id: 2, payload: { leaves: [named('bob')] } }])
  },
)

t.test('a full channel refuses more, and whoever is in it is as before', async (t) => {
  const { enter, rooms, seen, pass } = open()
  const ann = enter('ann')
  const large = { text: 'x'.repeat(1000) }
  ann.tracking.appear({ meta: large })
  ann.tracking.appear({ meta: {}, ttlSeconds: 5 })
  const fill = (key: string) => ({ key, subject: 'crowd', meta: large })
  let count = 0
  while (rooms.find('room:1')?.hasRoomFor(fill(String(count))) === true)
    rooms.put('room:1', fill(String(count++)))
  const late = enter('late')
  t.throws(() => late.tracking.appear({ meta: large }), { code: 'too_many_requests' })
  t.same(late.told(), [])
  t.throws(() => ann.tracking.appear({ id: 9, meta: large }), { code: 'too_many_requests' })
  t.equal(ann.tracking.id, undefined)
  late.tracking.appear({})
  t.equal(late.told().length, 1, 'watching takes no room')
  await pass(5000)
  t.same(seen()[0], ['ann', {}], 'what was said for good found no room any more')
})
