/** The rows that rules over links lead to: loaded in one query for whoever is judged, kept, and forgotten when one of them changes. */
import type { Join, Json } from '../filter/filter.ts'
import type { MatchContext, MatchItem } from '../filter/match.ts'
import type { Change, WireItem } from './change.ts'

/** What is read from the database. */
export interface LinkedRowsQuery {
  /** Name of the resource. */
  readonly resource: string
  readonly attributes: readonly string[]
  /** The rows whose attributes have the values of one of these. */
  readonly groups: readonly (readonly Json[])[]
}

/** Reads rows by one statement, all attributes but the secret ones; undefined when there are too many to hold. */
export type ReadLinkedRows = (query: LinkedRowsQuery) => Promise<readonly WireItem[] | undefined>

/** One judgement that may need rows that are not there yet. */
export interface LinkQuestion {
  /** Gives the rows that are known, and notes what is missing. */
  readonly context: MatchContext
  /** Whether something was asked for in vain since the last load. */
  isMissing(): boolean
  /** Loads what is missing, by one query for each join. Throws what the database throws. */
  load(): Promise<void>
}

/** The rows that are known. */
export interface LinkRows {
  ask(): LinkQuestion
  /** The change may have made what is known untrue. */
  forget(change: Pick<Change, 'resource' | 'before' | 'after'>): void
  forgetAll(): void
}

/** What is known of the rows under one value. `rows` undefined: being loaded, or too many. */
interface Entry {
  rows: readonly MatchItem[] | undefined
  isLoaded: boolean
}

interface KnownJoin {
  readonly resource: string
  readonly attributes: readonly string[]
  readonly entries: Map<string, Entry>
  /** Values that led to more rows than can be held, the last time. */
  readonly tooMany: Set<string>
}

/** Rows that are kept before all are dropped and loaded anew. */
const MAX_ROWS = 200_000

/** Knows no rows yet. */
export function createLinkRows(read: ReadLinkedRows): LinkRows {
  const joins = new Map<string, KnownJoin>()
  let kept = 0

  function forgetAll(): void {
    for (const { entries } of joins.values()) entries.clear()
    kept = 0
  }
  /** Of values that lead to too many rows together, those that don't by themselves are told all the same. */
  async function readGroups(
    join: KnownJoin,
    groups: readonly (readonly Json[])[],
  ): Promise<readonly WireItem[]> {
    const { resource, attributes, tooMany } = join
    const rows = await read({ resource, attributes, groups })
    if (rows !== undefined) return rows
    if (groups.length === 1) {
      tooMany.add(JSON.stringify(groups[0]))
      return []
    }
    const middle = Math.ceil(groups.length / 2)
    const first = await readGroups(join, groups.slice(0, middle))
    return [...first, ...(await readGroups(join, groups.slice(middle)))]
  }
  function joinOf({ target, on }: Join): KnownJoin {
    const attributes = on.map(({ remote }) => remote)
    const name = `${target} ${attributes.join()}`
    const found = joins.get(name)
    if (found !== undefined) return found
    const made: KnownJoin = {
      resource: target,
      attributes,
      entries: new Map(),
      tooMany: new Set(),
    }
    joins.set(name, made)
    return made
  }
  async function load(join: KnownJoin, groups: ReadonlyMap<string, readonly Json[]>) {
    const { attributes, entries, tooMany } = join
    const loading = new Map([...groups.keys()].map((key) => [key, newEntry()]))
    for (const [key, entry] of loading) {
      entries.set(key, entry)
      tooMany.delete(key)
    }
    try {
      const rows = await readGroups(join, [...groups.values()])
      const byKey = Map.groupBy(rows, (row) => keyOf(attributes, row) ?? '')
      // What was forgotten meanwhile is no longer in `entries`, and will be loaded anew.
      for (const [key, entry] of loading) {
        entry.rows = tooMany.has(key) ? undefined : (byKey.get(key) ?? [])
        entry.isLoaded = true
      }
      kept += rows.length
      if (kept > MAX_ROWS) forgetAll()
      return loading
    } catch (error) {
      for (const [key, entry] of loading) if (entries.get(key) === entry) entries.delete(key)
      throw error
    }
  }

  return Object.freeze<LinkRows>({
    ask: () => createQuestion({ joinOf, load }),
    forget(change) {
      for (const join of joins.values()) {
        if (join.resource !== change.resource) continue
        for (const row of [change.before, change.after]) {
          if (row === undefined) continue
          const key = keyOf(join.attributes, row)
          if (key === undefined) join.entries.clear()
          else join.entries.delete(key)
        }
      }
    },
    forgetAll,
  })
}

function newEntry(): Entry {
  return { rows: undefined, isLoaded: false }
}

interface Loader {
  joinOf(join: Join): KnownJoin
  load(
    join: KnownJoin,
    groups: ReadonlyMap<string, readonly Json[]>,
  ): Promise<ReadonlyMap<string, Entry>>
}

function createQuestion({ joinOf, load }: Loader): LinkQuestion {
  let missing = new Map<KnownJoin, Map<string, readonly Json[]>>()
  /** What this question has loaded, however soon it was forgotten: asking again and again would have no end. */
  const own = new Map<KnownJoin, Map<string, Entry>>()
  /** One row is judged for many: the rules of one resource share their joins. */
  let last: { readonly join: Join; readonly item: MatchItem; readonly entry: Entry } | undefined

  function rowsOf(join: Join, item: MatchItem): readonly MatchItem[] | undefined {
    if (last?.join === join && last.item === item) return last.entry.rows
    const values = join.on.map(({ local }) => item[local] as Json | undefined) // items are JSON
    if (values.includes(undefined)) return undefined
    if (values.includes(null)) return []
    const known = joinOf(join)
    const key = JSON.stringify(values)
    const shared = known.entries.get(key)
    // What another loads now is not waited for: two who load by turns would each find that of the other, for ever.
    const entry = shared?.isLoaded === true ? shared : own.get(known)?.get(key)
    if (entry?.isLoaded === true) {
      last = { join, item, entry }
      return entry.rows
    }
    const groups = missing.get(known) ?? new Map<string, readonly Json[]>()
    missing.set(known, groups.set(key, values as readonly Json[])) // none is undefined
    return undefined
  }

  return Object.freeze<LinkQuestion>({
    context: Object.freeze({ rowsOf }),
    isMissing: () => missing.size > 0,
    async load() {
      const wanted = missing
      missing = new Map()
      await Promise.all(
        [...wanted].map(async ([join, groups]) => {
          const loaded = await load(join, groups)
          const mine = own.get(join) ?? new Map<string, Entry>()
          for (const [key, entry] of loaded) mine.set(key, entry)
          own.set(join, mine)
        }),
      )
    },
  })
}

/** Undefined: the row does not tell. */
function keyOf(attributes: readonly string[], row: WireItem): string | undefined {
  const values = attributes.map((name) => row[name])
  return values.includes(undefined) ? undefined : JSON.stringify(values)
}
