/** Indexes that a resource asks of its table. */

/** An index over attributes, in this order. */
export interface DeclaredIndex<A extends string = string> {
  readonly attributes: readonly A[]
  readonly isUnique: boolean
}

/** An index that makes filters and orders over these attributes quick. */
export function index<const A extends string>(...attributes: readonly A[]): DeclaredIndex<A> {
  return Object.freeze({ attributes: Object.freeze([...attributes]), isUnique: false })
}

/** An index that no two rows may have the same values in (rows with a null aside). */
export function uniqueIndex<const A extends string>(...attributes: readonly A[]): DeclaredIndex<A> {
  return Object.freeze({ attributes: Object.freeze([...attributes]), isUnique: true })
}
