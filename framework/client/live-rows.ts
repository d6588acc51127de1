/** The rows of a live query, sorted: the first of them are shown, a few more stand by. */
import type { CompareRows } from './compare-rows.ts'
import { isPast } from './cursor.ts'
import type { Row } from './result.ts'

/** A row of which only its resource knows more. */
export type AnyRow = Row<Readonly<Record<string, unknown>>>

/** A row, and where in the log it was last known. */
export interface Seen {
  readonly row: AnyRow
  readonly cursor: string | undefined
}

/** Sorted rows. */
export interface LiveRows {
  /** Puts a row where it belongs, or leaves it out when it is past all that are kept. */
  put(row: AnyRow, cursor: string): void
  remove(key: string, cursor: string): void
  /** The rows that are shown: the same array until one of them changes. */
  shown(): readonly AnyRow[]
  /** Whether rows that should be shown are not known. */
  isShort(): boolean
}

/** What {@link createLiveRows} needs. */
export interface LiveRowsOptions {
  readonly compare: CompareRows
  /** Most rows that are shown. */
  readonly limit: number
  /** Rows that stand by when some of the shown go, so that the server is not asked each time. */
  readonly spare: number
}

/** Rows as they were at one time. */
export interface Snapshot {
  readonly seen: readonly Seen[]
  /** What happened up to it is in the snapshot. */
  readonly cursor: string | undefined
  /** Whether there were no rows after these. */
  readonly isWhole: boolean
}

/** Keeps the rows of a snapshot. */
export function createLiveRows(
  { compare, limit, spare }: LiveRowsOptions,
  { seen: snapshot, cursor: start, isWhole }: Snapshot,
): LiveRows {
  const known = new Map(snapshot.map((seen) => [seen.row.key, seen]))
  const sorted = [...known.values()].map(({ row }) => row).sort(compare)
  let hasMore = !isWhole
  let shown: readonly AnyRow[] = Object.freeze(sorted.slice(0, limit))

  /** Where the row is, or would be. */
  function placeOf(row: AnyRow): number {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = sorted[middle]
      if (other !== undefined && compare(other, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** @returns whether it knew no better */
  function take(key: string, cursor: string): boolean {
    const seen = known.get(key)
    if (!isPast(cursor, seen?.cursor ?? start)) return false
    if (seen === undefined) return true
    known.delete(key)
    sorted.splice(placeOf(seen.row), 1)
    return true
  }

  return {
    put(row, cursor) {
      if (!take(row.key, cursor)) return
      const place = placeOf(row)
      // Rows that are not known may come before it.
      if (hasMore && place === sorted.length) return
      sorted.splice(place, 0, row)
      known.set(row.key, { row, cursor })
      if (sorted.length <= limit + spare) return
      const last = sorted.pop()
      if (last !== undefined) known.delete(last.key)
      hasMore = true
    },
    remove: (key, cursor) => void take(key, cursor),
    shown() {
      const now = sorted.slice(0, limit)
      const isSame = now.length === shown.length && now.every((row, index) => row === shown[index])
      if (!isSame) shown = Object.freeze(now)
      return shown
    },
    isShort: () => hasMore && sorted.length < limit,
  }
}
