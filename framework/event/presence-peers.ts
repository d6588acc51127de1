/** Tells the other processes who is here, and puts into the rooms who is there. */
import { randomBytes } from 'node:crypto'
import type { Bus } from './bus.ts'
import { repeat, type Clock } from './clock.ts'
import {
  changesTexts,
  parsePresenceMessage,
  signal,
  stateTexts,
  toldEntry,
  type MessageHead,
  type PresenceMessage,
  type ToldLeave,
} from './presence-message.ts'
import { createPresenceReplica, type PresenceReplica } from './presence-replica.ts'
import { COALESCE_MS } from './presence-room.ts'
import type { PresenceEntries } from './presence-rooms.ts'

/** What {@link createPresencePeers} needs. */
export interface PresencePeersOptions {
  readonly bus: Bus
  readonly clock: Clock
  /** Where the entries of all processes go. */
  readonly rooms: PresenceEntries
}

/** The entries of this process, told to all others. Its owner closes it. */
export interface PresencePeers extends PresenceEntries {
  /** Tells the others that everybody here leaves; nothing is told or heard afterwards. */
  close(): void
}

/** How often everything is told again, so that what was lost on the way is mended. */
const REPEAT_MS = 10_000
/** A process that has said nothing for so long is gone. With the time between two looks it is less than 30 s. */
const SILENCE_MS = 25_000
const LOOK_MS = 1000
/** How long it is remembered that a process is gone, so that late news of it does not bring it back. */
const GONE_MS = 600_000

/** Joins the other processes. */
export function createPresencePeers(options: PresencePeersOptions): PresencePeers {
  return new Peers(options)
}

class Peers implements PresencePeers {
  readonly #options: PresencePeersOptions
  readonly #process = randomBytes(9).toString('base64url')
  /** The entries of this process as they are told, by key. */
  readonly #own = new Map<string, string>()
  readonly #replicas = new Map<string, PresenceReplica>()
  readonly #gone = new Map<string, { readonly version: number; readonly atMs: number }>()
  readonly #stops: readonly (() => void)[]
  #version = 0
  /** Keys that were changed since the others were told last, with the version of the change. */
  #changed = new Map<string, number>()
  #isStateDue = false
  #isHelloDue = false
  #cancel: (() => void) | undefined

  constructor(options: PresencePeersOptions) {
    const { bus, clock } = options
    this.#options = options
    this.#stops = [
      bus.receive('presence', (text) => this.#take(parsePresenceMessage(text))),
      bus.onGap(() => this.#tellSoon({ isStateDue: true, isHelloDue: true })),
      repeat(clock, REPEAT_MS, () => this.#tellSoon({ isStateDue: true })),
      repeat(clock, LOOK_MS, () => this.#look()),
    ]
    this.#send(signal('hello', this.#head()))
  }

  put(channel: string, entry: Parameters<PresenceEntries['put']>[1]): void {
    this.#version += 1
    this.#own.set(entry.key, toldEntry(channel, entry, this.#version))
    this.#changed.set(entry.key, this.#version)
    this.#tellSoon()
  }

  remove(_channel: string, key: string): void {
    if (!this.#own.delete(key)) return
    this.#version += 1
    this.#changed.set(key, this.#version)
    this.#tellSoon()
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#cancel?.()
    this.#cancel = () => undefined // nothing is told any more
    this.#send(signal('bye', this.#head()))
  }

  #head(): MessageHead {
    this.#version += 1
    return { process: this.#process, version: this.#version }
  }

  #send(...texts: readonly string[]): void {
    for (const text of texts) this.#options.bus.send('presence', text)
  }

  #tellSoon(due: { readonly isStateDue?: true; readonly isHelloDue?: true } = {}): void {
    this.#isStateDue ||= due.isStateDue === true
    this.#isHelloDue ||= due.isHelloDue === true
    this.#cancel ??= this.#options.clock.after(COALESCE_MS, () => this.#tell())
  }

  #tell(): void {
    const { maxBytes } = this.#options.bus
    const changed = this.#changed
    this.#cancel = undefined
    this.#changed = new Map()
    if (this.#isHelloDue) this.#send(signal('hello', this.#head()))
    if (this.#isStateDue) {
      this.#send(...stateTexts(this.#head(), this.#own, maxBytes))
    } else if (changed.size > 0) {
      this.#send(...changesTexts(this.#head(), this.#split(changed), maxBytes))
    }
    this.#isHelloDue = false
    this.#isStateDue = false
  }

  #split(changed: ReadonlyMap<string, number>) {
    const entries: string[] = []
    const gone: ToldLeave[] = []
    for (const [key, version] of changed) {
      const text = this.#own.get(key)
      if (text === undefined) gone.push({ key, version })
      else entries.push(text)
    }
    return { entries, gone }
  }

  #take(message: PresenceMessage | undefined): void {
    if (message === undefined || message.process === this.#process) return
    const { process, version } = message
    if (version <= (this.#gone.get(process)?.version ?? -1)) return
    if (message.kind === 'bye') {
      this.#forget(process, version)
      return
    }
    if (message.kind === 'hello') this.#tellSoon({ isStateDue: true })
    this.#replicaOf(process, message.kind).take(message, this.#options.clock.now())
  }

  #replicaOf(process: string, kind: PresenceMessage['kind']): PresenceReplica {
    const found = this.#replicas.get(process)
    if (found !== undefined) return found
    // Changes of a process that nothing is known of are not all that it has.
    if (kind === 'changes') this.#tellSoon({ isHelloDue: true })
    const made = createPresenceReplica(this.#options.rooms)
    this.#replicas.set(process, made)
    this.#gone.delete(process)
    return made
  }

  #forget(process: string, version: number): void {
    this.#replicas.get(process)?.end()
    this.#replicas.delete(process)
    this.#gone.set(process, { version, atMs: this.#options.clock.now() })
  }

  #look(): void {
    const nowMs = this.#options.clock.now()
    for (const [process, replica] of this.#replicas) {
      if (nowMs - replica.heardAtMs >= SILENCE_MS) this.#forget(process, replica.version)
      else replica.tidy(nowMs)
    }
    for (const [process, { atMs }] of this.#gone) {
      if (nowMs - atMs > GONE_MS) this.#gone.delete(process)
    }
  }
}
