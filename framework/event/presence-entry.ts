/** What clients may say of themselves where others see them. */
import { InvalidError } from '../errors.ts'
import type { Json } from '../filter/filter.ts'

/** What a client says of itself: `{"typing":true}`. */
export type PresenceMeta = Readonly<Record<string, Json>>

/** One device that is somewhere. Several of one user are several entries. */
export interface PresenceEntry {
  /** Names the entry as long as it is there; tells nothing else. */
  readonly key: string
  /** The id of the user. */
  readonly subject: string
  readonly meta: PresenceMeta
}

/** Longest meta, in bytes of its JSON text. */
const MAX_META_BYTES = 1024
/** Deepest nesting of a meta; the object itself is the first level. */
const MAX_META_DEPTH = 4

/** The meta that an object of a client is. @throws InvalidError when it is too large or too deep */
export function toPresenceMeta(
  value: Readonly<Record<string, unknown>>,
  pointer: string,
): PresenceMeta {
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_META_BYTES) {
    throw new InvalidError([
      { pointer, detail: `must be at most ${MAX_META_BYTES} bytes as JSON text` },
    ])
  }
  if (depthOf(value) > MAX_META_DEPTH) {
    throw new InvalidError([{ pointer, detail: `is nested deeper than ${MAX_META_DEPTH}` }])
  }
  return value as PresenceMeta // it was parsed from JSON
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
