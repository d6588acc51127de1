/** Who is in one channel, and who is told of it. */
import { TooManyRequestsError } from '../errors.ts'
import type { Clock } from './clock.ts'
import type { PresenceEntry } from './presence-entry.ts'
import { presenceFrame, presenceStateFrame, type SharedFrame } from './shared-frame.ts'

/** Somebody who is told. */
export interface PresenceMember {
  /** Takes what has changed. */
  tell(changes: SharedFrame): void
}

/** One channel. Its entries are those of all processes, its members those of this one. */
export interface PresenceRoom {
  readonly channel: string
  entries(): readonly PresenceEntry[]
  /** Whether there is room for an entry, in place of the one with its key. */
  hasRoomFor(entry: PresenceEntry): boolean
  /** @throws TooManyRequestsError when there is no room for the entry */
  refuseFull(entry: PresenceEntry): void
  /** Adds an entry, or changes the one with its key. Members are told soon. */
  put(entry: PresenceEntry): void
  remove(key: string): void
  enter(member: PresenceMember): void
  leave(member: PresenceMember): void
  /** Everything that is so now. */
  stateFrame(): SharedFrame
  /** Whether nobody is here and nobody watches. */
  isEmpty(): boolean
  /** Nobody is told anything any more. */
  close(): void
}

/** Changes within this time are told as one. */
export const COALESCE_MS = 50
/** Most entries of a channel. */
const MAX_ENTRIES = 1000
/** Most bytes of all entries of a channel: a whole state has to find room in the queue of a slow reader. */
const MAX_STATE_BYTES = 262_144
/** What a refused client is told to wait: people leave, but not by the clock. */
const FULL_RETRY_SECONDS = 60

interface Held {
  readonly entry: PresenceEntry
  readonly text: string
}

/** Creates the room of a channel, with nobody in it. */
export function createPresenceRoom(channel: string, clock: Clock): PresenceRoom {
  return new Room(channel, clock)
}

class Room implements PresenceRoom {
  readonly channel: string
  readonly #clock: Clock
  readonly #held = new Map<string, Held>()
  readonly #members = new Set<PresenceMember>()
  /** What was changed since members were told last; a key that is held no more has its last entry here. */
  #changed = new Map<string, PresenceEntry>()
  #bytes = 0
  /** Made when it is asked for, as long as nothing changes. */
  #state: SharedFrame | undefined
  #cancel: (() => void) | undefined

  constructor(channel: string, clock: Clock) {
    this.channel = channel
    this.#clock = clock
  }

  entries(): readonly PresenceEntry[] {
    return [...this.#held.values()].map(({ entry }) => entry)
  }

  hasRoomFor(entry: PresenceEntry): boolean {
    const found = this.#held.get(entry.key)
    if (found === undefined && this.#held.size >= MAX_ENTRIES) return false
    const others = this.#bytes - sizeOf(found)
    return others + Buffer.byteLength(JSON.stringify(entry)) <= MAX_STATE_BYTES
  }

  refuseFull(entry: PresenceEntry): void {
    if (this.hasRoomFor(entry)) return
    throw new TooManyRequestsError(FULL_RETRY_SECONDS, 'There are too many in that channel.')
  }

  put(entry: PresenceEntry): void {
    const found = this.#held.get(entry.key)
    const held = { entry, text: JSON.stringify(entry) }
    if (found?.text === held.text) return
    this.#held.set(entry.key, held)
    this.#bytes += sizeOf(held) - sizeOf(found)
    this.#change(entry)
  }

  remove(key: string): void {
    const found = this.#held.get(key)
    if (found === undefined) return
    this.#held.delete(key)
    this.#bytes -= sizeOf(found)
    this.#change(found.entry)
  }

  enter(member: PresenceMember): void {
    this.#members.add(member)
  }

  leave(member: PresenceMember): void {
    this.#members.delete(member)
  }

  stateFrame(): SharedFrame {
    return (this.#state ??= presenceStateFrame(
      this.channel,
      [...this.#held.values()].map(({ text }) => text),
    ))
  }

  isEmpty(): boolean {
    return this.#held.size === 0 && this.#members.size === 0
  }

  close(): void {
    this.#cancel?.()
    this.#members.clear()
  }

  #change(entry: PresenceEntry): void {
    this.#state = undefined
    // Whoever enters later gets the whole state.
    if (this.#members.size === 0) return
    this.#changed.set(entry.key, entry)
    this.#cancel ??= this.#clock.after(COALESCE_MS, () => this.#tell())
  }

  #tell(): void {
    const changed = [...this.#changed.values()]
    this.#changed = new Map()
    this.#cancel = undefined
    // One that came and went in between is told too: somebody may have got it with the whole state meanwhile.
    const joins = changed.filter(({ key }) => this.#held.has(key))
    const leaves = changed.filter(({ key }) => !this.#held.has(key))
    const frame = presenceFrame({ channel: this.channel, joins, leaves })
    for (const member of this.#members) member.tell(frame)
  }
}

function sizeOf(held: Held | undefined): number {
  return held === undefined ? 0 : Buffer.byteLength(held.text)
}
