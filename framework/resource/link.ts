/** How resources point at each other. A link names its target; that it exists is proved when resources are gathered. */

/** What becomes of a row when the row that it points at is deleted. All but `ignore` are a foreign key of the database. */
export type OnDelete = 'block' | 'cascade' | 'nullify' | 'ignore'

/** This row holds the key of one row of the target. */
export interface BelongsTo<T extends string = string, A extends string = string> {
  readonly kind: 'belongsTo'
  readonly target: T
  /** The attributes of this resource that hold the target's key, in the order of that key. */
  readonly attributes: readonly A[]
  readonly onDelete: OnDelete
}

/** Rows of the target hold this row's key: all of them, at most one, or only how many there are. */
export interface HasLink<
  K extends 'hasMany' | 'hasOne' | 'hasCount' = 'hasMany' | 'hasOne' | 'hasCount',
  T extends string = string,
> {
  readonly kind: K
  readonly target: T
  /** The attributes of the target that hold this row's key, in the order of that key. */
  readonly attributes: readonly string[]
}

/** Rows of the target that a third resource joins with this row. */
export interface ManyToMany<T extends string = string> {
  readonly kind: 'manyToMany'
  readonly target: T
  readonly through: string
  /** The attributes of `through` that hold this row's key. */
  readonly from: readonly string[]
  /** The attributes of `through` that hold the target's key. */
  readonly to: readonly string[]
}

/** Any link. */
export type Link = BelongsTo | HasLink | ManyToMany

type Names<A extends string> = A | readonly A[]

/**
 * This row points at one row of `target`.
 * @param attributes the attribute (or attributes, for a composite key) that hold the target's key
 * @param options.onDelete what becomes of this row when the target is deleted; default `block`: the delete is refused
 */
export function belongsTo<const T extends string, const A extends string>(
  target: T,
  attributes: Names<A>,
  options: { readonly onDelete?: OnDelete } = {},
): BelongsTo<T, A> {
  return Object.freeze({
    kind: 'belongsTo',
    target,
    attributes: listOf(attributes),
    onDelete: options.onDelete ?? 'block',
  })
}

/** Rows of `target` point at this row by their `attributes`. */
export function hasMany<const T extends string>(
  target: T,
  attributes: Names<string>,
): HasLink<'hasMany', T> {
  return Object.freeze({ kind: 'hasMany', target, attributes: listOf(attributes) })
}

/** At most one row of `target` points at this row. */
export function hasOne<const T extends string>(
  target: T,
  attributes: Names<string>,
): HasLink<'hasOne', T> {
  return Object.freeze({ kind: 'hasOne', target, attributes: listOf(attributes) })
}

/** How many rows of `target` that the caller may read point at this row. */
export function hasCount<const T extends string>(
  target: T,
  attributes: Names<string>,
): HasLink<'hasCount', T> {
  return Object.freeze({ kind: 'hasCount', target, attributes: listOf(attributes) })
}

/** Rows of `target` that rows of `through` join with this row. */
export function manyToMany<const T extends string>(
  target: T,
  options: { readonly through: string; readonly from: Names<string>; readonly to: Names<string> },
): ManyToMany<T> {
  return Object.freeze({
    kind: 'manyToMany',
    target,
    through: options.through,
    from: listOf(options.from),
    to: listOf(options.to),
  })
}

function listOf<A extends string>(names: Names<A>): readonly A[] {
  return Object.freeze(typeof names === 'string' ? [names] : [...names])
}
