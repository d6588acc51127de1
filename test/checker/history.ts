/** What happened in one run: what writers tried, what the log tells, and what each subscriber was told. */

/** A write that somebody tried. */
export interface Attempt {
  /** The texts by which its changes are known, each of one change alone; see `markOf`. */
  readonly marks: readonly string[]
  /** When it was sent. */
  readonly beganAt: number
  /** `unknown`: the connection ended before the answer. `undone`: refused or rolled back. */
  readonly outcome: 'done' | 'undone' | 'unknown'
}

/** A note, as a subscriber sees it. */
export interface Note {
  readonly id: string
  readonly topic_id: string
  readonly text: string
  readonly revision: number
  readonly level: number
}

/** Who is let into a topic. Each time it is given has a mark of its own. */
export interface Seat {
  readonly topic_id: string
  readonly person_id: string
  readonly mark: string
}

/** An entry of the log: the truth of positions. */
export type Entry =
  EntryOf<'note', Note> | EntryOf<'seat', Seat> | EntryOf<'topic', Topic> | EntryOf<'login', Login>

/** The session of somebody, from its login to its end. */
interface Login {
  readonly id: string
}

/** A topic, of which nothing is asked. */
interface Topic {
  readonly id: string
}

interface EntryOf<N extends string, R> {
  readonly position: number
  readonly resource: N
  readonly operation: 'create' | 'update' | 'delete'
  readonly before: R | undefined
  readonly after: R | undefined
}

/** An event that a subscriber was told of. */
export interface ToldEvent {
  readonly kind: 'event'
  readonly at: number
  readonly position: number
  readonly op: string
  readonly key: string
  /** Undefined for what has left the view. */
  readonly note: Note | undefined
}

/** Something that a subscriber was told, in the order in which it came. */
export type Told =
  | ToldEvent
  /** A connection begins by a token of a session. `goodUntil`: when the token ends, at the earliest. */
  | { readonly kind: 'connecting'; readonly session: string; readonly goodUntil: number }
  /** A fresh token was taken. */
  | { readonly kind: 'authenticated'; readonly goodUntil: number }
  /** `isPutOut`: for want of a good token; else it was cut, or the server went. */
  | { readonly kind: 'closed'; readonly at: number; readonly isPutOut: boolean }
  /** `since` undefined: it began anew, and reads its snapshot. `cursor`: from where on events come. */
  | {
      readonly kind: 'subscribed'
      readonly since: number | undefined
      readonly cursor: number
      readonly recovered: boolean
    }
  /** Everything up to here was told. */
  | { readonly kind: 'pong'; readonly at: number; readonly position: number }
  /** The snapshot has to be read again. */
  | { readonly kind: 'resync' }
  /** A snapshot that was asked for after the last time that one was needed. */
  | { readonly kind: 'snapshot'; readonly position: number; readonly notes: readonly Note[] }

/** A subscriber: what it may see, and what it was told. */
export interface Listener {
  readonly name: string
  readonly person: string
  /** It asked for notes of this level and above alone. */
  readonly minLevel: number
  readonly told: readonly Told[]
}

/** One run. */
export interface History {
  readonly attempts: readonly Attempt[]
  /** In ascending, dense positions from 1. */
  readonly log: readonly Entry[]
  readonly listeners: readonly Listener[]
  /** The rows in the end, when all was quiet and everybody had caught up. */
  readonly notes: readonly Note[]
  readonly seats: readonly Seat[]
}

/** The text by which the change of an entry is known: what it wrote, or what it took away. */
export function markOf({ resource, before, after }: Entry): string {
  switch (resource) {
    case 'note':
      return after?.text ?? goneMark(String(before?.id))
    case 'seat':
      return after?.mark ?? goneMark(String(before?.mark))
    case 'login':
      return after?.id ?? goneMark(String(before?.id))
    case 'topic':
      return `topic ${String(after?.id)}`
  }
}

/** When each change was asked for first, by its mark. */
export function beginnings(attempts: readonly Attempt[]): ReadonlyMap<string, number> {
  const began = new Map<string, number>()
  for (const { marks, beganAt } of attempts) {
    for (const mark of marks) began.set(mark, Math.min(beganAt, began.get(mark) ?? beganAt))
  }
  return began
}

/** The place in the log that a cursor stands for. */
export function positionOf(cursor: unknown): number {
  return Number(String(cursor).split('-')[1])
}

/** The mark of taking away a note or a login by its id, or a seat by its mark. */
export function goneMark(name: string): string {
  return `gone ${name}`
}
