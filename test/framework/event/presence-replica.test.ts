/** What is heard of another process, in whatever order, how often and with whatever gaps. */
import t from 'tap'
import type { PresenceMessage, ToldEntry } from '../../../framework/event/presence-message.ts'
import { createPresenceReplica } from '../../../framework/event/presence-replica.ts'
import { createRandom } from '../../kit/memory-bus.ts'

const told = (key: string, version: number, meta = {}): ToldEntry => ({
  channel: 'c',
  key,
  subject: 's',
  meta: { version, ...meta },
  version,
})
const changes = (
  version: number,
  entries: readonly ToldEntry[],
  gone: readonly { key: string; version: number }[] = [],
): PresenceMessage => ({
  kind: 'changes',
  process: 'p',
  version,
  entries: [...entries],
  gone: [...gone],
})
const state = (
  version: number,
  entries: readonly ToldEntry[],
  range: { readonly after: string | null; readonly upTo: string | null } = {
    after: null,
    upTo: null,
  },
): PresenceMessage => ({ kind: 'state', process: 'p', version, ...range, entries: [...entries] })

function open() {
  const held = new Map<string, unknown>()
  const replica = createPresenceReplica({
    put: (channel, { key, meta }) => void held.set(`${channel} ${key}`, meta['version']),
    remove: (channel, key) => void held.delete(`${channel} ${key}`),
  })
  let nowMs = 0
  return {
    replica,
    take: (...messages: readonly PresenceMessage[]) => {
      for (const message of messages) replica.take(message, (nowMs += 1))
    },
    seen: () => Object.fromEntries([...held].sort()),
  }
}

t.test('old news is ignored', (t) => {
  const { take, seen } = open()
  take(changes(5, [told('a', 4)]))
  take(changes(3, [told('a', 2)]), changes(3, [], [{ key: 'a', version: 3 }]))
  t.same(seen(), { 'c a': 4 })
  take(changes(6, [], [{ key: 'a', version: 6 }]), changes(5, [told('a', 4)]))
  t.same(seen(), {}, 'who has left does not come back')
  take(changes(8, [told('a', 8)]))
  t.same(seen(), { 'c a': 8 })
  take(changes(2, [], [{ key: 'b', version: 2 }]), changes(1, [told('b', 1)]))
  t.same(seen(), { 'c a': 8 }, 'a leave that came before its join')
  t.end()
})

t.test('a state removes what it does not tell, and not what came after it', (t) => {
  const { take, seen } = open()
  take(changes(4, [told('a', 1), told('b', 2), told('later', 4)]))
  take(state(3, [told('b', 2)]))
  t.same(seen(), { 'c b': 2, 'c later': 4 })
  take(changes(4, [told('a', 1)]))
  t.same(seen(), { 'c b': 2, 'c later': 4 })
  t.end()
})

t.test('a part of a state counts for its keys alone', (t) => {
  const { take, seen } = open()
  take(
    changes(
      4,
      ['a', 'b', 'c', 'd'].map((key) => told(key, 1)),
    ),
  )
  take(state(5, [told('b', 1)], { after: 'a', upTo: 'c' }))
  t.same(seen(), { 'c a': 1, 'c b': 1, 'c d': 1 })
  take(state(6, [], { after: null, upTo: 'a' }), state(6, [], { after: 'c', upTo: null }))
  t.same(seen(), { 'c b': 1 })
  t.end()
})

t.test('only something new counts as a sign of life', (t) => {
  const { replica } = open()
  replica.take(changes(5, []), 1000)
  replica.take(changes(5, []), 2000)
  replica.take(changes(4, []), 3000)
  t.equal(replica.heardAtMs, 1000)
  t.equal(replica.version, 5)
  replica.take({ kind: 'hello', process: 'p', version: 6 }, 4000)
  t.equal(replica.heardAtMs, 4000)
  t.end()
})

t.test('with its end all its entries leave', (t) => {
  const { replica, take, seen } = open()
  take(changes(1, [told('a', 1), told('b', 1)]))
  replica.end()
  t.same(seen(), {})
  t.end()
})

t.test('who left is remembered as long as older news may come, and no longer', (t) => {
  const { replica, seen } = open()
  replica.take(changes(2, [], [{ key: 'a', version: 2 }]), 0)
  replica.tidy(60_000)
  replica.take(changes(1, [told('a', 1)]), 60_000)
  t.same(seen(), {})
  replica.tidy(60_001)
  replica.take(changes(1, [told('a', 1)]), 60_001)
  t.same(seen(), { 'c a': 1 })
  replica.take(state(3, []), 60_002)
  t.same(seen(), {}, 'the next state mends it')
  t.end()
})

t.test('any order, with losses and repeats, comes to the same end', (t) => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = createRandom(seed)
    const own = new Map<string, ToldEntry>()
    const sent: PresenceMessage[] = []
    let version = 0
    for (let step = 0; step < 40; step += 1) {
      const key = `k${String(Math.floor(random() * 6))}`
      version += 1
      if (random() < 0.4 && own.delete(key)) sent.push(changes(version, [], [{ key, version }]))
      else {
        own.set(key, told(key, version))
        sent.push(changes(version, [told(key, version)]))
      }
      if (random() < 0.1) sent.push(state((version += 1), [...own.values()]))
    }
    const { take, seen } = open()
    const shuffled = [...sent, ...sent]
      .filter(() => random() > 0.3)
      .map((message) => ({ message, at: random() }))
      .sort((one, other) => one.at - other.at)
    take(...shuffled.map(({ message }) => message), state(version + 1, [...own.values()]))
    const expected = [...own].map(([key, entry]) => [`c ${key}`, entry.version] as const).sort()
    t.same(seen(), Object.fromEntries(expected), `seed ${String(seed)}`)
  }
  t.end()
})
