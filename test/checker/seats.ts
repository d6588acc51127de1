/** Who was in which topic when, by the log, and when those rights were asked for or taken away. */
import { beginnings, goneMark, type Attempt, type Entry } from './history.ts'

/** One stay of a person in a topic. */
interface Stay {
  readonly mark: string
  readonly from: number
  /** The position of its end; undefined: it lasts. */
  to: number | undefined
}

/** Who was in which topic when. */
export interface Seats {
  staysOf(person: string, topic: string): readonly Stay[]
  /** Whether taking away the seat that let a person see the change had begun at a time. */
  isRevokedBy(person: string, entry: Entry, at: number): boolean
  /** Whether the person was given a seat after the change, and that had begun at a time. */
  isGrantedBy(person: string, entry: Entry, at: number): boolean
}

/** Reads the seats of a run. */
export function readSeats(log: readonly Entry[], attempts: readonly Attempt[]): Seats {
  const stays = new Map<string, Stay[]>()
  for (const { resource, position, before, after } of log) {
    if (resource !== 'seat') continue
    if (before !== undefined) {
      const last = stays.get(nameOf(before.person_id, before.topic_id))?.at(-1)
      if (last !== undefined) last.to = position
    }
    if (after !== undefined) {
      const name = nameOf(after.person_id, after.topic_id)
      stays.set(name, [
        ...(stays.get(name) ?? []),
        { mark: after.mark, from: position, to: undefined },
      ])
    }
  }
  const began = beginnings(attempts)
  const hasBegun = (mark: string, at: number): boolean => (began.get(mark) ?? 0) <= at
  const staysOf = (person: string, topic: string) => stays.get(nameOf(person, topic)) ?? []
  return {
    staysOf,
    isRevokedBy: (person, entry, at) =>
      staysOf(person, topicOf(entry)).some(
        (stay) => covers(stay, entry.position) && stay.to !== undefined && hasBegun(goneMark(stay.mark), at), // prettier-ignore
      ),
    isGrantedBy: (person, entry, at) =>
      staysOf(person, topicOf(entry)).some(
        ({ from, mark }) => from > entry.position && hasBegun(mark, at),
      ),
  }
}

/** Whether a person was in the topic of a change when it was made. */
export function isVisible(seats: Seats, person: string, entry: Entry): boolean {
  return seats.staysOf(person, topicOf(entry)).some((stay) => covers(stay, entry.position))
}

function covers({ from, to }: Stay, position: number): boolean {
  return from < position && (to === undefined || position < to)
}

function topicOf({ resource, before, after }: Entry): string {
  const isWithin = resource === 'note' || resource === 'seat'
  return isWithin ? String((after ?? before)?.topic_id) : ''
}

function nameOf(person: string, topic: string): string {
  return `${person} ${topic}`
}
