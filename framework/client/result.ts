/** What the server answers, as clients get it. Types only. */
import type { ErrorCode } from '../errors.ts'

/** A row: its key on the wire, and its attributes as this caller sees them; those that it may not read are absent. */
export interface Row<I> {
  readonly key: string
  readonly item: I
}

/** A row, and what this caller may do with it. */
export interface Result<I> extends Row<I> {
  readonly updatable: boolean
  readonly deletable: boolean
  /** Of a row that was created, read or updated by itself, for `ifMatch`. */
  readonly etag?: string
}

/** A page of a search. */
export interface Page<I> {
  readonly results: readonly Result<I>[]
  /** Of the next page; undefined when this is the last. */
  readonly nextPageKey: string | undefined
  /** Whether this caller may create such rows at all; undefined for pages of links. */
  readonly creatable: boolean | undefined
  /** With `cursor: true`: everything up to it in the log is in the page. */
  readonly cursor: string | undefined
}

/** A page of a link that was included. */
export interface LinkedPage<I> {
  readonly results: readonly Result<I>[]
  readonly next_page_key: string | null
}

/** What became of one edit of a batch. */
export type EditResult<I> =
  | {
      readonly success: true
      readonly code: null
      readonly detail: null
      /** Null for a delete. */
      readonly result: Result<I> | null
    }
  | {
      readonly success: false
      /** Null: it would have succeeded, and an atomic batch was undone because of another edit. */
      readonly code: ErrorCode | null
      readonly detail: string
      readonly result: null
    }
