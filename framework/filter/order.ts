/** In which order rows come, and a row's place in it. */

/** One term of an order. Null counts as the largest value, as in PostgreSQL. */
export interface OrderTerm {
  readonly attribute: string
  readonly isDescending: boolean
}

/** An order: its terms, then the key in the direction of the last term. */
export type Order = readonly OrderTerm[]

/** A place between rows: the values of the full order's attributes of the row that it comes after. */
export type Position = readonly (string | number | boolean | null)[]
