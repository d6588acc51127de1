/** Names of constraints and indexes, made from table and attributes, so that a violation can be told in the reader's words. */
import { createHash } from 'node:crypto'

/** What a name is for, as PostgreSQL itself ends such names. */
export type ConstraintKind = 'pkey' | 'key' | 'fkey' | 'idx' | 'trigram_idx' | 'text_idx'

/** PostgreSQL cuts longer identifiers silently (NAMEDATALEN - 1), and two could then be one. */
const MAX_IDENTIFIER_BYTES = 63
const HASH_LENGTH = 8

/**
 * The name of a constraint or index: `message_author_id_fkey`. One that would be too long ends in a hash of the whole.
 * @param attributes none for the primary key
 */
export function constraintName(
  table: string,
  attributes: readonly string[],
  kind: ConstraintKind,
): string {
  const name = [table, ...attributes, kind].join('_')
  if (Buffer.byteLength(name) <= MAX_IDENTIFIER_BYTES) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)
  return `${name.slice(0, MAX_IDENTIFIER_BYTES - HASH_LENGTH - kind.length - 2)}_${hash}_${kind}`
}
