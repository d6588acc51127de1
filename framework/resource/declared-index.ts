/** Indexes that a resource asks of its table. */

/** What an index is good at: comparing and ordering, finding parts of a text and similar ones, finding words. */
export type IndexMethod = 'btree' | 'trigram' | 'text'

/** An index over attributes, in this order. */
export interface DeclaredIndex<A extends string = string> {
  readonly attributes: readonly A[]
  readonly isUnique: boolean
  readonly method: IndexMethod
}

/** An index that makes filters and orders over these attributes quick. */
export function index<const A extends string>(...attributes: readonly A[]): DeclaredIndex<A> {
  return declared(attributes, { isUnique: false, method: 'btree' })
}

/** An index that no two rows may have the same values in (rows with a null aside). */
export function uniqueIndex<const A extends string>(...attributes: readonly A[]): DeclaredIndex<A> {
  return declared(attributes, { isUnique: true, method: 'btree' })
}

/**
 * An index that makes `contains`, `startswith`, `endswith` and `query` over this text quick (from three characters on), and its
 * similarity to another in SQL. It is over `lower(attribute collate "C")`, and needs PostgreSQL's extension pg_trgm.
 */
export function trigramIndex<const A extends string>(attribute: A): DeclaredIndex<A> {
  return declared([attribute], { isUnique: false, method: 'trigram' })
}

/** An index for full text search in SQL, over `to_tsvector('simple', attribute)`: words as they are, of any language. */
export function textIndex<const A extends string>(attribute: A): DeclaredIndex<A> {
  return declared([attribute], { isUnique: false, method: 'text' })
}

function declared<A extends string>(
  attributes: readonly A[],
  kind: Omit<DeclaredIndex, 'attributes'>,
): DeclaredIndex<A> {
  return Object.freeze({ attributes: Object.freeze([...attributes]), ...kind })
}
