/** Asks again and again what those who are in the channel of a row may do there. */
import { keyOf } from '../resource/key.ts'
import type { Registry } from '../resource/registry.ts'
import type { ChannelRights, PresenceRight } from '../security/access.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Change, ChangeBatch, WireItem } from './change.ts'
import { repeat, type Clock } from './clock.ts'
import type { ChangeFeed } from './feed.ts'

/** Somebody who watches a row. */
export interface Watcher {
  readonly resource: string
  readonly key: string
  /** As it is at the moment. */
  caller(): Authorization
  /** Told what the caller may do now, whenever it was asked for. */
  learn(right: PresenceRight): void
}

/** Those who watch. Its owner closes it. */
export interface PresenceRights {
  /** Asks again for the watcher whenever a change may have taken its right, and every few seconds. @returns ends it */
  watch(watcher: Watcher): () => void
  /** Asks again soon: the watcher's caller is another one. */
  recheck(watcher: Watcher): void
  close(): void
}

/** What {@link createPresenceRights} needs. */
export interface PresenceRightsOptions extends ChannelRights {
  readonly registry: Registry
  readonly feed: Pick<ChangeFeed, 'follow' | 'position'>
  readonly clock: Clock
  /** Told of stores that do not answer; whoever was asked for keeps its right until the next time. */
  readonly report: (error: unknown) => void
}

/** How old a right may become that no change in the log has told of: by code of the app, or over links of links. */
const RECHECK_MS = 5000
/** Changes within this time are asked about as one. */
const GATHER_MS = 20
/** How many callers are asked for at the same time. */
const WIDTH = 4

/** Creates rights that nobody watches yet. */
export function createPresenceRights(options: PresenceRightsOptions): PresenceRights {
  return new Rights(options)
}

class Rights implements PresenceRights {
  readonly #options: PresenceRightsOptions
  readonly #watchers = new Set<Watcher>()
  /** By row: `<resource>:<key>`. */
  readonly #byRow = new Map<string, Set<Watcher>>()
  /** By the name of a resource of which any row may decide about theirs. */
  readonly #byFar = new Map<string, Set<Watcher>>()
  /** By the name of a resource whose rows tell about which row they decide: those links. There are few, so they stay. */
  readonly #near = new Map<string, Map<string, NearLink>>()
  readonly #stops: readonly (() => void)[]
  #epoch: string
  #due = new Set<Watcher>()
  #isAsking = false
  #cancel: (() => void) | undefined

  constructor(options: PresenceRightsOptions) {
    const { feed, clock } = options
    this.#options = options
    this.#epoch = feed.position().epoch
    this.#stops = [
      feed.follow((batch) => this.#follow(batch)),
      repeat(clock, RECHECK_MS, () => this.#add(this.#watchers)),
    ]
  }

  watch(watcher: Watcher): () => void {
    const { resource, key } = watcher
    const row = rowName(resource, key)
    const far = new Set<string>()
    for (const { target, holders } of this.#options.linksUsed(watcher.caller(), resource)) {
      if (holders === undefined) far.add(target)
      else this.#addNear(target, { resource, holders })
    }
    this.#watchers.add(watcher)
    join(this.#byRow, row, watcher)
    for (const name of far) join(this.#byFar, name, watcher)
    return () => {
      this.#watchers.delete(watcher)
      this.#due.delete(watcher)
      part(this.#byRow, row, watcher)
      for (const name of far) part(this.#byFar, name, watcher)
    }
  }

  recheck(watcher: Watcher): void {
    this.#add([watcher])
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#cancel?.()
    this.#watchers.clear()
    this.#due.clear()
  }

  #follow({ epoch, changes }: ChangeBatch): void {
    if (this.#watchers.size === 0) return
    if (epoch !== this.#epoch) this.#add(this.#watchers)
    this.#epoch = epoch
    for (const change of changes) {
      this.#add(this.#byRow.get(rowName(change.resource, change.key)))
      this.#add(this.#byFar.get(change.resource))
      for (const link of this.#near.get(change.resource)?.values() ?? []) {
        for (const row of this.#rowsOf(change, link)) this.#add(this.#byRow.get(row))
      }
    }
  }

  #addNear(target: string, link: NearLink): void {
    const links = this.#near.get(target) ?? new Map<string, NearLink>()
    this.#near.set(target, links.set(`${link.resource} ${link.holders.join()}`, link))
  }

  /** Names of the rows that a changed row points at, or pointed at. */
  #rowsOf({ before, after }: Change, { resource, holders }: NearLink): ReadonlySet<string> {
    const declared = this.#options.registry.resource(resource)
    const keyIn = (item: WireItem): string =>
      keyOf(
        declared,
        Object.fromEntries(declared.key.map((name, at) => [name, item[holders[at] ?? '']])),
      )
    const items = [before, after].filter((item) => item !== undefined)
    return new Set(items.map((item) => rowName(resource, keyIn(item))))
  }

  #add(watchers: Iterable<Watcher> = []): void {
    for (const watcher of watchers) if (this.#watchers.has(watcher)) this.#due.add(watcher)
    if (this.#due.size === 0 || this.#isAsking) return
    this.#cancel ??= this.#options.clock.after(GATHER_MS, () => void this.#ask())
  }

  async #ask(): Promise<void> {
    this.#cancel = undefined
    this.#isAsking = true
    const asked = groupsOf(this.#due)
    this.#due = new Set()
    for (let at = 0; at < asked.length; at += WIDTH) {
      await Promise.all(asked.slice(at, at + WIDTH).map((group) => this.#askFor(group)))
    }
    this.#isAsking = false
    this.#add()
  }

  async #askFor({ caller, resource, watchers }: Group): Promise<void> {
    const keys = [...new Set(watchers.map(({ key }) => key))]
    try {
      const answers = await this.#options.rightsIn(caller, resource, keys)
      const rights = new Map(keys.map((key, index) => [key, answers[index]]))
      for (const watcher of watchers) {
        const isStill = this.#watchers.has(watcher) && watcher.caller() === caller
        if (isStill) watcher.learn(rights.get(watcher.key) ?? 'none')
      }
    } catch (error) {
      this.#options.report(error)
    }
  }
}

interface NearLink {
  /** Of the watched row. */
  readonly resource: string
  readonly holders: readonly string[]
}

interface Group {
  readonly caller: Authorization
  readonly resource: string
  readonly watchers: readonly Watcher[]
}

/** One question for all that one caller watches of one resource. */
function groupsOf(due: ReadonlySet<Watcher>): readonly Group[] {
  return [...Map.groupBy(due, (watcher) => watcher.caller())].flatMap(([caller, own]) =>
    [...Map.groupBy(own, ({ resource }) => resource)].map(([resource, watchers]) => ({
      caller,
      resource,
      watchers,
    })),
  )
}

function rowName(resource: string, key: string): string {
  return `${resource}:${key}`
}

function join(sets: Map<string, Set<Watcher>>, name: string, watcher: Watcher): void {
  const found = sets.get(name)
  if (found === undefined) sets.set(name, new Set([watcher]))
  else found.add(watcher)
}

function part(sets: Map<string, Set<Watcher>>, name: string, watcher: Watcher): void {
  const found = sets.get(name)
  found?.delete(watcher)
  if (found?.size === 0) sets.delete(name)
}
