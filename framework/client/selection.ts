/** What a caller may select, sort by and include, inferred from declarations. Types only. */
import type { Item, LinksIn, LinkShape, ResourceMap, TargetOf } from '../resource/item.ts'
import type { Link } from '../resource/link.ts'
import type { Resource } from '../resource/resource.ts'
import type { LinkedPage, Page, Result } from './result.ts'

interface Equality<T> {
  readonly eq?: T
  readonly ne?: T
  readonly exists?: boolean
  readonly not_exists?: boolean
}

interface Choice<T> extends Equality<T> {
  readonly oneof?: readonly T[]
}

interface Comparison<T> extends Choice<T> {
  readonly lt?: T
  readonly lte?: T
  readonly gt?: T
  readonly gte?: T
}

interface TextComparison<T> extends Comparison<T> {
  readonly contains?: string
  readonly startswith?: string
  readonly endswith?: string
}

/** The operators of an attribute by the type of its values; all that are given must hold. */
export type Conditions<T> = [T] extends [string]
  ? TextComparison<T>
  : [T] extends [number]
    ? Comparison<T>
    : [T] extends [boolean]
      ? Choice<T>
      : Equality<T>

/** A filter as JSON: attributes, links that lead to rows, and `and`, `or`, `not`, `query`, `none`; all that are given must hold. */
export type Where<M extends ResourceMap = ResourceMap, R extends Resource = Resource> = {
  readonly [K in keyof Item<R>]?: Conditions<NonNullable<Item<R>[K]>>
} & {
  readonly [
    K in keyof LinksIn<R> as LinksIn<R>[K] extends Link
      ? LinkShape<LinksIn<R>[K]> extends 'count'
        ? never
        : K
      : never
  ]?: Where<M, TargetOf<M, LinksIn<R>[K]>>
} & {
  readonly and?: readonly Where<M, R>[]
  readonly or?: readonly Where<M, R>[]
  readonly not?: Where<M, R>
  /** Words, each of which is in some text of the row. */
  readonly query?: string
  /** Selects nothing. */
  readonly none?: true
}

type NameIn<T> = Extract<keyof T, string>

/** One term of an order: an attribute, with `-` before it when it descends. Null counts as the largest value. */
export type OrderTerm<R extends Resource> = NameIn<Item<R>> | `-${NameIn<Item<R>>}`

/** An order of rows. The key is appended in the last term's direction; default: the key alone. */
export type OrderOf<R extends Resource> = OrderTerm<R> | readonly OrderTerm<R>[]

type TailPath<M extends ResourceMap, L extends Link, Depth extends readonly 1[]> = Depth extends [
  1,
  ...infer Rest extends readonly 1[],
]
  ? LinkShape<L> extends 'count'
    ? never
    : LinkPath<M, TargetOf<M, L>, Rest>
  : never

/** A link, or links of what it leads to after a dot, three deep at most: `author.authored_messages`. */
export type LinkPath<
  M extends ResourceMap,
  R extends Resource,
  Depth extends readonly 1[] = [1, 1],
> = {
  [K in NameIn<LinksIn<R>>]: LinksIn<R>[K] extends Link
    ? K | `${K}.${TailPath<M, LinksIn<R>[K], Depth>}`
    : never
}[NameIn<LinksIn<R>>]

type HeadOf<P extends string> = P extends `${infer H}.${string}` ? H : P
type TailOf<P extends string, K extends string> = P extends `${K}.${infer T}` ? T : never

/** An item with what was included under the names of its links. */
export type Included<M extends ResourceMap, R extends Resource, P extends string = never> = [
  P,
] extends [never]
  ? Item<R>
  : Item<R> & {
      readonly [K in HeadOf<P> & NameIn<LinksIn<R>>]: LinksIn<R>[K] extends Link
        ? IncludedLink<M, LinksIn<R>[K], TailOf<P, K>>
        : never
    }

type IncludedLink<M extends ResourceMap, L extends Link, P extends string> =
  LinkShape<L> extends 'one'
    ? Included<M, TargetOf<M, L>, P> | null
    : LinkShape<L> extends 'many'
      ? LinkedPage<Included<M, TargetOf<M, L>, P>>
      : number

/** What reading a link answers: a result, a page or a number. */
export type LinkAnswer<M extends ResourceMap, L extends Link, P extends string = never> =
  LinkShape<L> extends 'one'
    ? Result<Included<M, TargetOf<M, L>, P>>
    : LinkShape<L> extends 'many'
      ? Page<Included<M, TargetOf<M, L>, P>>
      : number
