/** The notes that a caller may see, read as a client reads them when it begins anew. */
import type { Note } from './history.ts'

/** What to read. */
export interface SnapshotRequest {
  readonly url: string
  readonly token: string
  readonly minLevel: number
}

/** The notes, and the cursor behind which what they lack comes by events. */
export interface Snapshot {
  readonly cursor: string
  readonly notes: readonly Note[]
}

interface Page {
  readonly results: readonly { readonly item: Note }[]
  readonly next_page_key: string | null
  readonly cursor: string
}

const REQUEST_MS = 5_000

/** Reads it page by page. @throws when a page can't be had */
export async function readSnapshot({ url, token, minLevel }: SnapshotRequest): Promise<Snapshot> {
  const notes: Note[] = []
  let cursor: string | undefined
  let pageKey: string | null = null
  do {
    const page = new URL('/actions/note-search?cursor=true&limit=100', url)
    if (minLevel > 0) page.searchParams.set('level__gte', String(minLevel))
    if (pageKey !== null) page.searchParams.set('page_key', pageKey)
    const response = await fetch(page, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(REQUEST_MS),
    })
    const read = (await response.json()) as Page
    notes.push(...read.results.map(({ item }) => item))
    // What the later pages have more comes by events too.
    cursor ??= read.cursor
    pageKey = read.next_page_key
  } while (pageKey !== null)
  return { cursor, notes }
}
