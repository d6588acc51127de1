/** Shows on small histories that each promise is held: one that keeps them all, and one for each way to break one. */
import t from 'tap'
import type { Entry, History, Listener, Note, Told } from './history.ts'
import { faultsOf } from './invariants.ts'

const TOPIC = 'topic'

function note(revision: number, text: string): Note {
  return { id: 'n1', topic_id: TOPIC, text, revision, level: 0 }
}
const [first, second, third] = [note(1, 'one'), note(2, 'two'), note(3, 'three')]
const seat = { topic_id: TOPIC, person_id: 'ann', mark: 'in' }

/** Ann is let in, sees a note come and change, and is put out before it changes again. */
const LOG: readonly Entry[] = [
  { position: 1, resource: 'seat', operation: 'create', before: undefined, after: seat },
  { position: 2, resource: 'note', operation: 'create', before: undefined, after: first },
  { position: 3, resource: 'note', operation: 'update', before: first, after: second },
  { position: 4, resource: 'seat', operation: 'delete', before: seat, after: undefined },
  { position: 5, resource: 'note', operation: 'update', before: second, after: third },
]

function event(position: number, op: string, seen: Note, at = position): Told {
  return { kind: 'event', at, position, op, key: seen.id, note: seen }
}
const begin: readonly Told[] = [
  { kind: 'subscribed', since: undefined, cursor: 0, recovered: true },
  { kind: 'snapshot', position: 1, notes: [] },
]
const created = event(2, 'create', first)
const updated = event(3, 'update', second)
const end: readonly Told[] = [{ kind: 'resync' }, { kind: 'snapshot', position: 5, notes: [] }]

function history(told: readonly Told[], changed: Partial<History> = {}): History {
  const attempts = ['in', 'one', 'two', 'gone in', 'three'].map((mark, index) => ({
    marks: [mark],
    beganAt: index + 1,
    outcome: 'done' as const,
  }))
  const ann: Listener = { name: 'ann', person: 'ann', minLevel: 0, told }
  return { attempts, log: LOG, listeners: [ann], notes: [third], seats: [], ...changed }
}

t.test('a run that keeps every promise has no fault', (t) => {
  t.same(faultsOf(history([...begin, created, updated, ...end])), [])
  t.end()
})

t.test('what is told under the rights of today is no fault', (t) => {
  // Put out after she was told, and let in again before she was told of what came between.
  const again = { ...seat, mark: 'again' }
  const log: readonly Entry[] = [
    ...LOG,
    { position: 6, resource: 'seat', operation: 'create', before: undefined, after: again },
  ]
  const told: readonly Told[] = [
    ...begin,
    created,
    updated,
    event(5, 'update', third, 7),
    { kind: 'resync' },
    { kind: 'snapshot', position: 6, notes: [third] },
  ]
  const run = history(told, { log, seats: [again] })
  const attempts = [...run.attempts, { marks: ['again'], beganAt: 6, outcome: 'done' as const }]
  t.same(faultsOf({ ...run, attempts }), [])
  const early = attempts.map((one) => (one.beganAt === 6 ? { ...one, beganAt: 8 } : one))
  t.match(faultsOf({ ...run, attempts: early }), [/^nothing past a revocation/])
  // Who is about to be put out may miss what came before already.
  const missed: readonly Told[] = [...begin, created, { kind: 'pong', at: 4, position: 4 }, ...end]
  t.same(faultsOf(history(missed)), [])
  t.end()
})

t.test('each broken promise is found, and no other is blamed', (t) => {
  const whole = [...begin, created, updated, ...end]
  const undone = { marks: ['three'], beganAt: 5, outcome: 'undone' as const }
  const broken: readonly (readonly [name: string, run: History])[] = [
    [
      'nothing rolled back is delivered',
      history(whole, { attempts: [...history([]).attempts.slice(0, 4), undone] }),
    ],
    [
      'what is acknowledged is in the log, once',
      history(whole, {
        attempts: [...history([]).attempts, { marks: ['lost'], beganAt: 1, outcome: 'done' }],
      }),
    ],
    [
      'each visible change arrives',
      history([...begin, { kind: 'pong', at: 2, position: 2 }, event(3, 'update', second), ...end]),
    ],
    ['each visible change arrives', history([...begin, event(3, 'update', second), ...end])],
    [
      'each visible change arrives',
      history([
        { kind: 'subscribed', since: undefined, cursor: 2, recovered: true },
        { kind: 'snapshot', position: 1, notes: [] },
        ...end,
      ]),
    ],
    ['each visible change arrives', history([...begin, created, updated])],
    [
      'one order for all',
      history([...begin, event(2, 'create', note(1, 'another')), updated, ...end]),
    ],
    ['one order for all', history([...begin, event(2, 'update', first), updated, ...end])],
    ['positions ascend', history([...begin, created, created, updated, ...end])],
    [
      'positions ascend',
      history([
        ...begin,
        created,
        { kind: 'subscribed', since: 2, cursor: 1, recovered: true },
        updated,
        ...end,
      ]),
    ],
    ['nothing past a revocation', history([...whole, event(5, 'update', third)])],
    ['snapshot plus events', history(whole, { seats: [seat] })],
    [
      'snapshot plus events',
      history([...begin, created, updated, { kind: 'resync' }, { kind: 'snapshot', position: 5, notes: [second] }]), // prettier-ignore
    ],
  ]
  for (const [name, run] of broken) {
    const faults = faultsOf(run)
    t.ok(
      faults.some((fault) => fault.startsWith(name)),
      `${name}: ${faults.join('; ')}`,
    )
  }
  t.end()
})

t.test('versions that go back are found', (t) => {
  const log = LOG.map((entry) =>
    entry.position === 3 && entry.resource === 'note' ? { ...entry, after: note(1, 'two') } : entry,
  )
  const told = [...begin, created, event(3, 'update', note(1, 'two')), ...end]
  t.match(faultsOf(history(told, { log })), [/^versions of a row ascend/])
  t.end()
})

t.test('a session tells nothing behind its end, and a good token lasts', (t) => {
  const login = { id: 'ann in' }
  const log: readonly Entry[] = [
    ...LOG.slice(0, 2),
    { position: 3, resource: 'login', operation: 'delete', before: login, after: undefined },
    { position: 4, resource: 'note', operation: 'update', before: first, after: second },
  ]
  const attempts = [
    ...history([]).attempts.slice(0, 3),
    { marks: ['gone ann in'], beganAt: 3, outcome: 'done' as const },
  ]
  const connecting: Told = { kind: 'connecting', session: 'ann in', goodUntil: 9 }
  const again: Told = { kind: 'connecting', session: 'ann again', goodUntil: 9 }
  const closed = (at: number): Told => ({ kind: 'closed', at, isPutOut: true })
  const last = event(4, 'update', second)
  const faults = (...told: readonly Told[]): readonly string[] =>
    faultsOf(history(told, { log, attempts, notes: [second], seats: [seat] }))
  t.same(faults(connecting, ...begin, created, closed(3), again, last), [])
  t.match(faults(connecting, ...begin, created, last, closed(4)), [/^nothing past the end of a s/])
  t.match(faults(connecting, ...begin, created, closed(3), connecting, last), [
    /event 4 by a session that ended at 3/,
    /is connected by a session that ended at 3/,
  ])
  t.match(faults(connecting, ...begin, created, closed(2), again, last), [/^who has a good token/])
  const renewed: Told = { kind: 'authenticated', goodUntil: 20 }
  t.same(faults(again, ...begin, created, closed(9), again, last), [])
  t.match(faults(again, ...begin, created, renewed, closed(9), again, last), [/^who has a good/])
  t.end()
})
