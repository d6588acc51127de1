/** Rows that stay as they are on the server: a snapshot, then every change of it. */
import { compareBy, type Comparisons } from './compare-rows.ts'
import { createLiveRows, type AnyRow, type LiveRows, type Seen } from './live-rows.ts'
import { isPassing } from './problem-error.ts'
import type { Page } from './result.ts'
import { subscribe, type Event, type SubscriptionParts } from './subscription.ts'
import { pause, retryMs } from './timing.ts'

/** What to keep. */
export interface LiveQuery {
  /** The live channel: the resource's name. */
  readonly channel: string
  readonly where: unknown
  readonly order: readonly string[]
  /** Most rows that are kept. */
  readonly limit: number
  readonly compare: Comparisons
}

/** Reads a page of the snapshot. @throws ProblemError */
export type ReadPage = (
  page: { readonly limit: number; readonly pageKey: string | undefined },
  signal: AbortSignal,
) => Promise<Page<AnyRow['item']>>

/** What live rows need. */
export interface LiveParts extends SubscriptionParts {
  readonly readPage: ReadPage
  /** Rows of a page of the snapshot. */
  readonly pageSize: number
  /** Runs soon, together with what else is to be shown. */
  readonly schedule: (run: () => void) => void
}

/** Who is told. */
export interface LiveListener {
  onRows(rows: readonly AnyRow[]): void
  /** It is over; the rows stay as they were. */
  onEnd(error: unknown): void
}

/** Live rows. */
export interface Live {
  /** As they are now; empty until the snapshot is there. */
  readonly rows: readonly AnyRow[]
  close(): void
}

/** Rows that stand by after those that are shown. */
const SPARE = 20
/** Events that wait for a snapshot; of more the snapshot is read anew. */
const MAX_WAITING = 10_000
const NO_ROWS: readonly AnyRow[] = []

/** Reads the snapshot, and keeps it. */
export function openLive(query: LiveQuery, parts: LiveParts, listener: LiveListener): Live {
  return new LiveQueryRows(query, parts, listener)
}

class LiveQueryRows implements Live {
  readonly #query: LiveQuery
  readonly #parts: LiveParts
  readonly #listener: LiveListener
  readonly #closing = new AbortController()
  #rows: LiveRows | undefined
  #told: readonly AnyRow[] | undefined
  #isTelling = false
  /** A snapshot is being read; what happens meanwhile waits. */
  #isReading = false
  /** It will be worth nothing. */
  #isStale = false
  #waiting: Event[] = []
  #unsubscribe: (() => void) | undefined

  constructor(query: LiveQuery, parts: LiveParts, listener: LiveListener) {
    this.#query = query
    this.#parts = parts
    this.#listener = listener
    this.#read()
  }

  get rows(): readonly AnyRow[] {
    return this.#rows?.shown() ?? NO_ROWS
  }

  close(): void {
    this.#closing.abort()
    this.#unsubscribe?.()
  }

  #read(): void {
    if (this.#isReading) this.#isStale = true
    else void this.#readAll()
  }

  async #readAll(): Promise<void> {
    this.#isReading = true
    try {
      for (let failures = 0; ;) {
        this.#isStale = false
        try {
          if (await this.#readSnapshot()) break
        } catch (error) {
          if (!isPassing(error)) throw error
          const { timing } = this.#parts
          await pause(retryMs(failures++, timing, error), timing, this.#closing.signal)
        }
      }
      this.#isReading = false
      this.#waiting.splice(0).forEach((event) => this.#apply(event))
      this.#show()
    } catch (error) {
      this.#isReading = false
      this.#end(error)
    }
  }

  /** @returns whether it is worth something */
  async #readSnapshot(): Promise<boolean> {
    const { limit } = this.#query
    const wanted = limit + SPARE
    const seen: Seen[] = []
    let first: string | undefined
    let pageKey: string | undefined
    do {
      const size = Math.min(this.#parts.pageSize, wanted - seen.length)
      const page = await this.#parts.readPage({ limit: size, pageKey }, this.#closing.signal)
      // Later pages are of later snapshots: what changed between is told again, and rows know how new they are.
      first ??= page.cursor
      const { cursor } = page
      seen.push(...page.results.map(({ key, item }) => ({ row: { key, item }, cursor })))
      pageKey = page.nextPageKey
    } while (pageKey !== undefined && seen.length < wanted)
    const compare = compareBy(this.#query.order, this.#query.compare)
    this.#rows = createLiveRows(
      { compare, limit, spare: SPARE },
      { seen, cursor: first, isWhole: pageKey === undefined },
    )
    if (this.#unsubscribe === undefined) this.#subscribe(first)
    return !this.#isStale
  }

  #subscribe(since: string | undefined): void {
    const { channel, where } = this.#query
    const request = { channel, filter: where, since }
    this.#unsubscribe = subscribe(this.#parts, request, {
      onEvent: (event) => this.#take(event),
      onGap: () => this.#read(),
      onOtherCaller: () => this.#read(),
      onEnd: (error) => this.#end(error),
    })
  }

  #take(event: Event): void {
    if (!this.#isReading) {
      this.#apply(event)
      this.#show()
    } else if (this.#waiting.push(event) > MAX_WAITING) {
      this.#waiting = []
      this.#isStale = true
    }
  }

  #apply({ op, key, item, cursor }: Event): void {
    if (op === 'delete' || item === undefined) this.#rows?.remove(key, cursor)
    else this.#rows?.put({ key, item }, cursor)
    if (this.#rows?.isShort() === true) this.#read()
  }

  /** Tells of all changes of a moment at once. */
  #show(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    this.#parts.schedule(() => {
      this.#isTelling = false
      const { rows } = this
      // While rows are missing what is there would flicker.
      if (this.#closing.signal.aborted || this.#isReading || rows === this.#told) return
      this.#told = rows
      this.#listener.onRows(rows)
    })
  }

  #end(error: unknown): void {
    if (this.#closing.signal.aborted) return
    this.close()
    if (!isClosing(error)) this.#listener.onEnd(error)
  }
}

/** Whether the app itself has closed the client. */
function isClosing(error: unknown): boolean {
  return error === undefined || (error as Error).name === 'AbortError'
}
