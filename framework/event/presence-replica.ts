/** The entries of one other process, as far as this one has heard: what is told late, twice or in another order changes nothing. */
import type { PresenceMeta } from './presence-entry.ts'
import type { PresenceMessage, ToldEntry, ToldLeave } from './presence-message.ts'
import type { PresenceEntries } from './presence-rooms.ts'

/** What is known of another process. */
export interface PresenceReplica {
  /** The highest version that was heard. */
  readonly version: number
  /** When something new was heard last. */
  readonly heardAtMs: number
  take(message: PresenceMessage, nowMs: number): void
  /** Forgets which entries left so long ago that no older news of them can be on its way. */
  tidy(nowMs: number): void
  /** All its entries leave. */
  end(): void
}

/** The bus may hold a message back for so long at most; an older one may bring back who left, until the next state. */
const LATEST_MS = 60_000

interface Held {
  readonly channel: string
  readonly version: number
}

interface Left {
  readonly version: number
  readonly atMs: number
}

/** Creates what is known of a process that has said nothing yet. */
export function createPresenceReplica(rooms: PresenceEntries): PresenceReplica {
  return new Replica(rooms)
}

class Replica implements PresenceReplica {
  readonly #rooms: PresenceEntries
  readonly #held = new Map<string, Held>()
  readonly #left = new Map<string, Left>()
  #version = -1
  #heardAtMs = 0

  constructor(rooms: PresenceEntries) {
    this.#rooms = rooms
  }

  get version(): number {
    return this.#version
  }

  get heardAtMs(): number {
    return this.#heardAtMs
  }

  take(message: PresenceMessage, nowMs: number): void {
    if (message.version > this.#version) {
      this.#version = message.version
      // A repeated message of a process that is gone does not keep it here.
      this.#heardAtMs = nowMs
    }
    switch (message.kind) {
      case 'changes':
        for (const entry of message.entries) this.#put(entry)
        for (const leave of message.gone) this.#remove(leave, nowMs)
        break
      case 'state':
        for (const entry of message.entries) this.#put(entry)
        this.#removeOthers(message, nowMs)
        break
      case 'hello':
      case 'bye':
    }
  }

  tidy(nowMs: number): void {
    for (const [key, { atMs }] of this.#left) {
      if (nowMs - atMs > LATEST_MS) this.#left.delete(key)
    }
  }

  end(): void {
    for (const [key, { channel }] of this.#held) this.#rooms.remove(channel, key)
    this.#held.clear()
    this.#left.clear()
  }

  #put({ channel, key, subject, meta, version }: ToldEntry): void {
    if (version <= this.#known(key)) return
    const before = this.#held.get(key)?.channel
    if (before !== undefined && before !== channel) this.#rooms.remove(before, key)
    this.#left.delete(key)
    this.#held.set(key, { channel, version })
    const entry = { key, subject, meta: meta as PresenceMeta } // it was parsed from JSON
    this.#rooms.put(channel, Object.freeze(entry))
  }

  #remove({ key, version }: ToldLeave, nowMs: number): void {
    if (version <= this.#known(key)) return
    const held = this.#held.get(key)
    this.#held.delete(key)
    this.#left.set(key, { version, atMs: nowMs })
    if (held !== undefined) this.#rooms.remove(held.channel, key)
  }

  #removeOthers(
    { version, after, upTo, entries }: Extract<PresenceMessage, { readonly kind: 'state' }>,
    nowMs: number,
  ): void {
    const told = new Set(entries.map(({ key }) => key))
    for (const key of this.#held.keys()) {
      const isInRange = (after === null || key > after) && (upTo === null || key <= upTo)
      // What came after this state was told has a higher version, and stays.
      if (isInRange && !told.has(key)) this.#remove({ key, version }, nowMs)
    }
  }

  #known(key: string): number {
    return this.#held.get(key)?.version ?? this.#left.get(key)?.version ?? -1
  }
}
