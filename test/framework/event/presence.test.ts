/** Who may be where, and that all processes show the same. */
import t from 'tap'
import type { PresenceEntry } from '../../../framework/event/presence-entry.ts'
import { createPresence } from '../../../framework/event/presence.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { somebody } from '../../kit/cards.ts'
import { chat } from '../../kit/chat-resources.ts'
import { createCollectingSink } from '../../kit/collecting-sink.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import { createMemoryBus } from '../../kit/memory-bus.ts'
import { createScriptedFeed } from '../../kit/scripted-feed.ts'

const [ann, bob] = [somebody('ann'), somebody('bob')]

function open() {
  const clock = createManualClock()
  const bus = createMemoryBus({ clock })
  const readers = new Map([
    ['room 1', new Set(['ann', 'bob'])],
    ['room a:b', new Set(['ann'])],
  ])
  /** Those who may watch alone. */
  const unseen = new Set<string>()
  let reads = 0
  const feed = createScriptedFeed()
  const answers = { before: () => Promise.resolve() as Promise<unknown>, isDenied: false }
  const start = () => {
    const own = bus.join()
    const presence = createPresence({
      bus: own,
      clock,
      feed,
      async rightsIn(caller, resource, keys) {
        reads += 1
        const { isDenied } = answers
        await answers.before()
        if (isDenied) return keys.map(() => 'none')
        return keys.map((key) => {
          if (readers.get(`${resource} ${key}`)?.has(String(caller.subject)) !== true) return 'none'
          return unseen.has(String(caller.subject)) ? 'see' : 'appear'
        })
      },
      registry: chat,
      linksUsed: () => [],
      report: (error) => void t.error(error),
    })
    return { bus: own, presence }
  }
  type Process = ReturnType<typeof start>
  const track = async ({ presence }: Process, caller: () => Authorization, channel = 'room:1') => {
    const sink = createCollectingSink()
    const lost: unknown[] = []
    const request = {
      channel,
      caller,
      onForbidden: ({ id }: { id: unknown }) => void lost.push(id),
    }
    const tracking = await presence.track(request, sink)
    return { sink, tracking, lost }
  }
  /** Lets time pass, and what follows from it happen. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10)
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    }
  }
  return { clock, bus, feed, answers, readers, unseen, start, track, pass, reads: () => reads }
}

type Payload = Readonly<Record<'state' | 'joins' | 'leaves', readonly PresenceEntry[] | undefined>>

/** Who is in the channel, as a client makes it out of its frames. */
function folded(frames: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const all = new Map<string, PresenceEntry>()
  for (const frame of frames) {
    const { state, joins = [], leaves = [] } = frame['payload'] as Payload
    if (state !== undefined) all.clear()
    for (const entry of [...(state ?? []), ...joins]) all.set(entry.key, entry)
    for (const { key } of leaves) all.delete(key)
  }
  return [...all.values()].map(({ subject, meta }) => `${subject} ${JSON.stringify(meta)}`).sort()
}

t.test('who may not read the row, and what is no row, is refused alike', async (t) => {
  const { start, track, reads } = open()
  const process = start()
  const missing = { code: 'not_found', message: 'There is no such channel.' }
  for (const channel of [
    'room:2',
    'room:a:b',
    'room:',
    'hall:1',
    'room',
    ':1',
    '',
    `room:${'x'.repeat(600)}`,
  ]) {
    await t.rejects(
      track(process, () => bob, channel),
      missing,
      channel,
    )
  }
  const before = reads()
  for (const channel of ['room:1', 'room:2', 'nonsense']) {
    await t.rejects(
      track(process, () => ANONYMOUS, channel),
      { code: 'unauthenticated' },
      channel,
    )
  }
  t.equal(reads(), before, 'for nobody nothing is read')
  const { tracking, sink } = await track(process, () => ann, 'room:a:b')
  tracking.appear({ meta: {} })
  t.match(sink.frames(), [{ payload: { channel: 'room:a:b', state: [{ subject: 'ann' }] } }])
})

t.test('whoever loses the right is told so, and leaves', async (t) => {
  const { start, track, pass, readers } = open()
  const process = start()
  const [hers, his] = [await track(process, () => ann), await track(process, () => bob)]
  hers.tracking.appear({ meta: {} })
  his.tracking.appear({ id: 7, meta: { typing: true } })
  await pass(100)
  t.same(folded(hers.sink.frames()), ['ann {}', 'bob {"typing":true}'])
  readers.get('room 1')?.delete('bob')
  await pass(5100)
  t.same(his.lost, [7])
  t.same(folded(hers.sink.frames()), ['ann {}'])
  t.same(hers.lost, [])
  const told = his.sink.frames().length
  hers.tracking.end()
  await pass(100)
  t.equal(his.sink.frames().length, told)
})

t.test('who may watch alone is never seen, and no more once that is all it may', async (t) => {
  const { start, track, pass, unseen } = open()
  const process = start()
  const [hers, his] = [await track(process, () => ann), await track(process, () => bob)]
  hers.tracking.appear({ meta: {} })
  unseen.add('bob')
  await pass(5100)
  his.tracking.appear({ id: 7 })
  t.same(folded(his.sink.frames()), ['ann {}'])
  const forbidden = { code: 'forbidden' }
  t.throws(() => {
    his.tracking.appear({ id: 8, meta: {} })
  }, forbidden)
  await pass(100)
  t.same(folded(hers.sink.frames()), ['ann {}'])
  unseen.add('ann')
  await pass(5100)
  t.same([hers.lost, his.lost], [[undefined], []])
  t.same(folded(his.sink.frames()), [])
  const { tracking } = await track(process, () => ann)
  t.throws(() => {
    tracking.appear({ meta: {}, ttlSeconds: 5 })
  }, forbidden)
  unseen.clear()
  await pass(5100)
  tracking.appear({ meta: {} })
  await pass(100)
  t.same(folded(his.sink.frames()), ['ann {}'])
})

t.test('what is seen only for a while is no reason to leave afterwards', async (t) => {
  const { start, track, pass, unseen } = open()
  const { tracking, lost } = await track(start(), () => ann)
  tracking.appear({})
  tracking.appear({ meta: { typing: true }, ttlSeconds: 1 })
  t.equal(tracking.isSeen, true)
  await pass(1100)
  t.equal(tracking.isSeen, false)
  unseen.add('ann')
  await pass(5100)
  t.same(lost, [])
})

t.test('a fresh caller is asked for soon', async (t) => {
  const { start, track, pass, readers } = open()
  let caller = ann
  const { tracking, lost } = await track(start(), () => caller)
  tracking.appear({ id: 1 })
  readers.get('room 1')?.delete('ann')
  caller = somebody('ann')
  tracking.recheck()
  await pass(20)
  t.same(lost, [1])
})

t.test(
  'people of several processes see each other, and a killed process takes its people along',
  async (t) => {
    const { bus, start, track, pass } = open()
    const [one, two, three] = [start(), start(), start()]
    const [hers, his, her2] = [
      await track(one, () => ann),
      await track(two, () => bob),
      await track(three, () => ann),
    ]
    Object.assign(bus.faults, { loss: 0.1, repeat: 0.2, delayMs: 200 })
    hers.tracking.appear({ meta: { device: 'phone' } })
    his.tracking.appear({ meta: {} })
    her2.tracking.appear({ meta: { device: 'desk' } })
    await pass(11_000)
    const all = ['ann {"device":"desk"}', 'ann {"device":"phone"}', 'bob {}']
    for (const { sink } of [hers, his, her2]) t.same(folded(sink.frames()), all)
    his.tracking.appear({ meta: { typing: true }, ttlSeconds: 5 })
    await pass(1000)
    t.same(folded(hers.sink.frames()), [...all.slice(0, 2), 'bob {"typing":true}'])
    await pass(5000)
    t.same(folded(hers.sink.frames()), all)
    bus.cut(three.bus)
    await pass(30_000)
    for (const { sink } of [hers, his]) t.same(folded(sink.frames()), all.slice(1))
    one.presence.close()
    await pass(400)
    t.same(folded(his.sink.frames()), ['bob {}'])
  },
)

t.test('a process that ends takes nobody in', async (t) => {
  const { start, track, clock } = open()
  const process = start()
  const { tracking, sink } = await track(process, () => ann)
  tracking.appear({ meta: {}, ttlSeconds: 5 })
  process.presence.close()
  await t.rejects(
    track(process, () => bob),
    { code: 'unavailable' },
  )
  tracking.end()
  t.equal(sink.buffers.length, 1)
  t.equal(clock.size, 0, 'no timer is left')
})

t.test('a right that goes while it is asked for is none', async (t) => {
  const { track, start, feed, pass, answers, clock } = open()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  answers.before = () => promise
  const refused = t.rejects(
    track(start(), () => bob),
    { code: 'not_found' },
  )
  feed.commit({ resource: 'room', operation: 'update', key: '1' })
  answers.before = () => Promise.resolve()
  answers.isDenied = true
  await pass(100)
  answers.isDenied = false
  resolve(undefined)
  await refused
  t.equal(clock.size, 3, 'nobody is left to be asked for: the steady timers alone')
})
