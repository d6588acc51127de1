/** Several processes over a bad bus come to know the same. */
import t from 'tap'
import type { Bus } from '../../../framework/event/bus.ts'
import { createPresencePeers } from '../../../framework/event/presence-peers.ts'
import { createPresenceRooms } from '../../../framework/event/presence-rooms.ts'
import { createManualClock, type ManualClock } from '../../kit/manual-clock.ts'
import { createMemoryBus, createRandom, type MemoryBus } from '../../kit/memory-bus.ts'

const CHANNELS = ['room:1', 'room:2', 'room:3']

function open(seed = 1, maxBytes = 2000) {
  const clock = createManualClock()
  const bus = createMemoryBus({ clock, seed, maxBytes })
  return { clock, bus, start: () => startProcess(clock, bus) }
}

interface Process {
  readonly bus: Bus
  put(channel: string, key: string, meta?: Readonly<Record<string, number>>): void
  remove(channel: string, key: string): void
  close(): void
  /** Who is where, as this process knows. */
  seen(): readonly string[]
}

function startProcess(clock: ManualClock, kit: MemoryBus): Process {
  const rooms = createPresenceRooms(clock)
  const bus = kit.join()
  const peers = createPresencePeers({ bus, clock, rooms })
  return {
    bus,
    put(channel, key, meta = {}) {
      const entry = { key, subject: 's', meta }
      rooms.put(channel, entry)
      peers.put(channel, entry)
    },
    remove(channel, key) {
      rooms.remove(channel, key)
      peers.remove(channel, key)
    },
    close: () => peers.close(),
    seen: () =>
      CHANNELS.flatMap((channel) =>
        (rooms.find(channel)?.entries() ?? []).map(
          ({ key, meta }) => `${channel} ${key} ${JSON.stringify(meta)}`,
        ),
      ).sort(),
  }
}

t.test('what one process has, the others have within a moment', (t) => {
  const { clock, start } = open()
  const [one, two, three] = [start(), start(), start()]
  one.put('room:1', 'a')
  two.put('room:1', 'b', { at: 1 })
  clock.advance(50)
  const all = ['room:1 a {}', 'room:1 b {"at":1}']
  for (const process of [one, two, three]) t.same(process.seen(), all)
  two.put('room:1', 'b', { at: 2 })
  one.remove('room:1', 'a')
  clock.advance(50)
  for (const process of [one, two, three]) t.same(process.seen(), ['room:1 b {"at":2}'])
  t.end()
})

t.test('changes of a moment are one message, none is said of what came and went unheard', (t) => {
  const { clock, bus, start } = open()
  const one = start()
  clock.advance(100)
  const before = bus.sent.length
  for (let at = 0; at < 10; at += 1) one.put('room:1', 'a', { at })
  clock.advance(50)
  t.equal(bus.sent.length, before + 1)
  t.match(bus.sent.at(-1), /"at":9/)
  one.remove('room:1', 'nobody')
  clock.advance(60)
  t.equal(bus.sent.length, before + 1)
  t.end()
})

t.test('a new process asks, and knows all at once', (t) => {
  const { clock, start } = open()
  const one = start()
  for (let number = 0; number < 100; number += 1) one.put('room:1', `k${String(number)}`)
  clock.advance(3000)
  const two = start()
  clock.advance(50)
  t.equal(two.seen().length, 100)
  t.same(two.seen(), one.seen())
  t.end()
})

t.test('after a gap all is told again', (t) => {
  const { clock, bus, start } = open()
  const [one, two] = [start(), start()]
  clock.advance(100)
  bus.faults.loss = 1
  one.put('room:1', 'a')
  two.put('room:2', 'b')
  clock.advance(1000)
  t.same(one.seen(), ['room:1 a {}'])
  bus.faults.loss = 0
  bus.gap()
  clock.advance(50)
  t.same(one.seen(), ['room:1 a {}', 'room:2 b {}'])
  t.same(two.seen(), one.seen())
  t.end()
})

t.test('without being told of the gap it is mended within ten seconds', (t) => {
  const { clock, bus, start } = open()
  const [one, two] = [start(), start()]
  one.put('room:1', 'a')
  clock.advance(100)
  bus.faults.loss = 1
  one.remove('room:1', 'a')
  one.put('room:1', 'b')
  clock.advance(100)
  bus.faults.loss = 0
  clock.advance(10_000)
  t.same(two.seen(), ['room:1 b {}'])
  t.end()
})

t.test(
  'who is gone is gone at once when the process ends, and in less than 30 s when it is killed',
  (t) => {
    const { clock, bus, start } = open()
    const [one, two, three] = [start(), start(), start()]
    one.put('room:1', 'a')
    two.put('room:1', 'b')
    three.put('room:1', 'c')
    clock.advance(12_345)
    t.equal(one.seen().length, 3)
    two.close()
    two.put('room:1', 'late')
    clock.advance(0)
    t.same(one.seen(), ['room:1 a {}', 'room:1 c {}'])
    bus.cut(three.bus)
    clock.advance(14_000)
    t.equal(one.seen().length, 2, 'it may have been a short break')
    clock.advance(15_999)
    t.same(one.seen(), ['room:1 a {}'])
    t.end()
  },
)

t.test('late news of a process that ended does not bring it back', (t) => {
  const { clock, bus, start } = open()
  const one = start()
  const two = start()
  clock.advance(100)
  two.put('room:1', 'b')
  clock.advance(50)
  const told = bus.sent.at(-1) ?? ''
  two.close()
  clock.advance(100)
  bus.join().send('presence', told)
  bus.join().send('presence', 'nonsense')
  clock.advance(100)
  t.same(one.seen(), [])
  const three = start()
  three.put('room:1', 'c')
  clock.advance(100)
  const again = bus.sent.at(-1) ?? ''
  bus.cut(three.bus)
  clock.advance(30_000)
  bus.join().send('presence', again)
  clock.advance(100)
  t.same(one.seen(), [], 'nor of one that was killed')
  t.end()
})

t.test('a process that was silent for long and speaks again is there again, whole', (t) => {
  const { clock, bus, start } = open()
  const [one, two] = [start(), start()]
  two.put('room:1', 'a')
  two.put('room:1', 'b')
  clock.advance(100)
  bus.faults.loss = 1
  clock.advance(30_000)
  t.same(one.seen(), [])
  bus.faults.loss = 0
  two.put('room:1', 'c')
  clock.advance(200)
  t.same(one.seen(), two.seen())
  t.equal(one.seen().length, 3, 'what it had before was asked for')
  t.end()
})

t.test('a process that hears itself is not confused', (t) => {
  const { clock, bus, start } = open()
  const one = start()
  one.put('room:1', 'a')
  clock.advance(100)
  const told = bus.sent.find((text) => text.includes('"a"')) ?? ''
  one.remove('room:1', 'a')
  bus.join().send('presence', told)
  clock.advance(100)
  t.same(one.seen(), [])
  t.end()
})

t.test(
  'two or three processes over a bus that loses, repeats and reorders end up with the same',
  (t) => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { clock, bus, start } = open(seed)
      const random = createRandom(seed * 7919)
      Object.assign(bus.faults, { loss: 0.3, repeat: 0.3, delayMs: 3000 })
      const processes = Array.from({ length: 2 + (seed % 2) }, start)
      const own = new Map<Process, Map<string, string>>(processes.map((one) => [one, new Map()]))
      for (let step = 0; step < 300; step += 1) {
        const process = processes[Math.floor(random() * processes.length)]
        if (process === undefined) continue
        const key = `p${String(processes.indexOf(process))}-k${String(Math.floor(random() * 8))}`
        const held = own.get(process)
        const channel = held?.get(key) ?? CHANNELS[Math.floor(random() * CHANNELS.length)] ?? ''
        if (random() < 0.3) {
          process.remove(channel, key)
          held?.delete(key)
        } else {
          process.put(channel, key, { step })
          held?.set(key, channel)
        }
        clock.advance(random() * 300)
      }
      Object.assign(bus.faults, { loss: 0, repeat: 0, delayMs: 0 })
      clock.advance(14_000)
      const [first] = processes
      const expected = [...own.values()].flatMap((held) => [...held.keys()]).sort()
      const keys = first
        ?.seen()
        .map((text) => text.split(' ')[1] ?? '')
        .sort()
      t.same(keys, expected, `seed ${String(seed)}`)
      for (const other of processes) t.same(other.seen(), first?.seen(), `seed ${String(seed)}`)
    }
    t.end()
  },
)
