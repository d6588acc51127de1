/** What holds in every run, whatever broke: each promise under the sentence that makes it, with what speaks against it. */
import {
  beginnings,
  goneMark,
  markOf,
  type Entry,
  type History,
  type Listener,
  type Note,
  type ToldEvent,
} from './history.ts'
import { isVisible, readSeats, type Seats } from './seats.ts'

/** What a run did against a promise; empty when it was kept. */
export type Invariant = (history: History) => readonly string[]

/** All promises. */
export const INVARIANTS: Readonly<Record<string, Invariant>> = Object.freeze({
  'nothing rolled back is delivered': rolledBack,
  'what is acknowledged is in the log, once': acknowledged,
  'each visible change arrives, or the client is told to read anew': gaps,
  'one order for all: the same position is the same change everywhere': truth,
  'positions ascend for each subscriber, so that each change comes once': positions,
  'versions of a row ascend': versions,
  'nothing past a revocation': leaks,
  'nothing past the end of a session, which closes its sockets': sessions,
  'who has a good token is not put out': tokens,
  'snapshot plus events equals what may be seen': views,
})

/** Every fault of a run, each after the promise that it breaks. */
export function faultsOf(history: History): readonly string[] {
  return Object.entries(INVARIANTS).flatMap(([name, invariant]) =>
    invariant(history).map((fault) => `${name}: ${fault}`),
  )
}

function eventsOf({ told }: Listener): readonly ToldEvent[] {
  return told.filter((one) => one.kind === 'event')
}

function rolledBack({ attempts, log, listeners }: History): readonly string[] {
  // What was refused to one may have been done by another, as a delete is.
  const others = new Set(
    attempts.flatMap(({ outcome, marks }) => (outcome === 'undone' ? [] : marks)),
  )
  const undone = new Set(
    attempts.flatMap(({ outcome, marks }) => (outcome === 'undone' ? marks : [])),
  ).difference(others)
  const logged = log.filter((entry) => undone.has(markOf(entry)))
  const told = listeners.flatMap((one) =>
    eventsOf(one)
      .filter(({ note }) => note !== undefined && undone.has(note.text))
      .map(({ note }) => `${one.name} was told of '${String(note?.text)}'`),
  )
  return [...logged.map((entry) => `'${markOf(entry)}' is in the log`), ...told]
}

function acknowledged({ attempts, log }: History): readonly string[] {
  const found = Map.groupBy(log, markOf)
  const lost = attempts
    .filter(({ outcome }) => outcome === 'done')
    .flatMap(({ marks }) => marks)
    .filter((mark) => !found.has(mark))
  const twice = [...found].filter(([, entries]) => entries.length > 1)
  const holes = log.filter(({ position }, index) => position !== index + 1)
  return [
    ...lost.map((mark) => `'${mark}' is not in it`),
    ...twice.map(([mark]) => `'${mark}' is in it twice`),
    ...holes.slice(0, 1).map(({ position }) => `its order has a hole before ${position}`),
  ]
}

function gaps({ attempts, log, listeners }: History): readonly string[] {
  const seats = readSeats(log, attempts)
  return listeners.flatMap((one) => gapsOf(one, log, seats))
}

/** Follows what one subscriber knows: up to `from` it has everything; undefined while it has to read anew. */
function gapsOf(listener: Listener, log: readonly Entry[], seats: Seats): readonly string[] {
  const faults: string[] = []
  const had = new Set<number>()
  let from: number | undefined
  /** A snapshot that is older would leave a hole before the events. */
  let begin = 0
  let marker = { position: 0, at: 0 }
  function check(upTo: number, at: number): void {
    if (from === undefined) return
    for (const entry of log.slice(from, upTo)) {
      const isDue = opFor(listener, entry, seats) !== undefined && !had.has(entry.position)
      // Rights are those of the moment of telling: who is about to lose them may miss it already.
      if (isDue && !seats.isRevokedBy(listener.person, entry, at)) {
        faults.push(`${listener.name} had everything up to ${upTo}, but not ${entry.position}`)
      }
    }
    from = Math.max(from, upTo)
  }
  for (const one of listener.told) {
    switch (one.kind) {
      case 'event':
        had.add(one.position)
        check(one.position, one.at)
        marker = one
        break
      case 'pong':
        check(one.position, one.at)
        marker = one
        break
      case 'subscribed':
        if (one.since === undefined || !one.recovered) {
          ;[from, begin] = [undefined, one.cursor]
        }
        break
      case 'resync':
        from = undefined
        break
      case 'connecting':
      case 'authenticated':
      case 'closed':
        break
      case 'snapshot':
        if (one.position < begin) {
          faults.push(`${listener.name} read ${one.position} after subscribing at ${begin}`)
        }
        from = one.position
        // What came while it was read counts too.
        check(marker.position, marker.at)
        break
    }
  }
  if (from !== log.length) faults.push(`${listener.name} ends at ${from} of ${log.length}`)
  return faults
}

/** The operation that a change is for a subscriber; undefined: none. */
function opFor(listener: Listener, entry: Entry, seats: Seats): string | undefined {
  if (entry.resource !== 'note') return undefined
  if (!isVisible(seats, listener.person, entry)) return undefined
  return viewOp(listener, entry.before, entry.after)
}

function viewOp({ minLevel }: Listener, before?: Note, after?: Note): string | undefined {
  const [was, is] = [before, after].map((note) => note !== undefined && note.level >= minLevel)
  if (is === true) return was === true ? 'update' : 'create'
  return was === true ? 'delete' : undefined
}

function truth({ log, listeners }: History): readonly string[] {
  return listeners.flatMap((one) =>
    eventsOf(one).flatMap((event) => {
      const entry = log[event.position - 1]
      if (entry?.resource !== 'note') return [`${one.name}: ${event.position} is no note`]
      const op = viewOp(one, entry.before, entry.after)
      const note = op === 'delete' ? undefined : entry.after
      const key = (entry.after ?? entry.before)?.id
      const isSame = op === event.op && key === event.key && isSameNote(note, event.note)
      return isSame ? [] : [`${one.name}: ${event.position} is another change`]
    }),
  )
}

function isSameNote(one: Note | undefined, other: Note | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return (
    one.id === other.id &&
    one.topic_id === other.topic_id &&
    one.text === other.text &&
    one.revision === other.revision &&
    one.level === other.level
  )
}

function positions({ listeners }: History): readonly string[] {
  return listeners.flatMap(({ name, told }) => {
    const faults: string[] = []
    let last = 0
    for (const one of told) {
      if (one.kind === 'subscribed' && (one.since === undefined || !one.recovered))
        last = one.cursor
      else if (one.kind === 'subscribed' && one.cursor !== one.since) {
        faults.push(`${name}: asked for ${one.since}, resumed at ${one.cursor}`)
      } else if (one.kind === 'event') {
        if (one.position <= last) faults.push(`${name}: ${one.position} after ${last}`)
        last = Math.max(last, one.position)
      } else if (one.kind === 'pong') last = Math.max(last, one.position)
    }
    return faults
  })
}

function versions({ listeners }: History): readonly string[] {
  return listeners.flatMap((one) => {
    const known = new Map<string, number>()
    const seen = new Set<number>()
    return eventsOf(one).flatMap(({ position, key, note }) => {
      // Who began anew may be told again.
      if (seen.has(position)) return []
      seen.add(position)
      const last = known.get(key) ?? 0
      const revision = note?.revision ?? last
      known.set(key, revision)
      const isNewer = note === undefined || revision > last
      return isNewer ? [] : [`${one.name}: ${key} went from ${last} to ${revision}`]
    })
  })
}

function leaks({ attempts, log, listeners }: History): readonly string[] {
  const seats = readSeats(log, attempts)
  return listeners.flatMap((one) =>
    eventsOf(one).flatMap((event) => {
      const entry = log[event.position - 1]
      if (entry?.resource !== 'note') return []
      const { person } = one
      const isAllowed =
        isVisible(seats, person, entry) || seats.isGrantedBy(person, entry, event.at)
      return isAllowed ? [] : [`${one.name} was told ${event.position}, of a topic it is not in`]
    }),
  )
}

function sessions({ log, listeners }: History): readonly string[] {
  const ends = new Map<string, number>()
  for (const { resource, position, before } of log) {
    if (resource === 'login' && before !== undefined) ends.set(before.id, position)
  }
  return listeners.flatMap(({ name, told }) => {
    const faults: string[] = []
    let end = Infinity
    for (const one of told) {
      if (one.kind === 'connecting') end = ends.get(one.session) ?? Infinity
      else if (one.kind === 'closed') end = Infinity
      else if ((one.kind === 'event' || one.kind === 'pong') && one.position > end)
        faults.push(`${name}: ${one.kind} ${one.position} by a session that ended at ${end}`)
    }
    if (end !== Infinity) faults.push(`${name} is connected by a session that ended at ${end}`)
    return faults
  })
}

function tokens({ attempts, listeners }: History): readonly string[] {
  const began = beginnings(attempts)
  return listeners.flatMap(({ name, told }) => {
    const faults: string[] = []
    let [session, goodUntil] = ['', 0]
    for (const one of told) {
      if (one.kind === 'connecting') ({ session, goodUntil } = one)
      else if (one.kind === 'authenticated') ({ goodUntil } = one)
      else if (one.kind === 'closed' && one.isPutOut) {
        const ends = Math.min(goodUntil, began.get(goneMark(session)) ?? Infinity)
        if (one.at < ends) faults.push(`${name} was put out ${ends - one.at} ms before its time`)
      }
    }
    return faults
  })
}

function views({ listeners, notes, seats }: History): readonly string[] {
  return listeners.flatMap((one) => {
    const topics = new Set(
      seats.filter(({ person_id }) => person_id === one.person).map(({ topic_id }) => topic_id),
    )
    const wanted = notes.filter((note) => topics.has(note.topic_id) && note.level >= one.minLevel)
    const view = viewOf(one)
    const missing = wanted.filter((note) => !isSameNote(note, view.get(note.id)))
    const ids = new Set(wanted.map(({ id }) => id))
    const extra = [...view.keys()].filter((id) => !ids.has(id))
    return [
      ...missing.map((note) => `${one.name} does not have '${note.text}'`),
      ...extra.map((id) => `${one.name} still has ${id}`),
    ]
  })
}

/** What a client shows that keeps the rules: the snapshot, and on it the events behind its cursor. */
function viewOf({ told }: Listener): ReadonlyMap<string, Note> {
  const last = told.findLastIndex(({ kind }) => kind === 'snapshot')
  const snapshot = told[last]
  const view = new Map<string, Note>()
  if (snapshot?.kind !== 'snapshot') return view
  for (const note of snapshot.notes) view.set(note.id, note)
  // Events may have come while the snapshot was read.
  for (const one of told) {
    if (one.kind !== 'event' || one.position <= snapshot.position) continue
    if (one.note === undefined) view.delete(one.key)
    else view.set(one.key, one.note)
  }
  return view
}
