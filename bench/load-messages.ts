/** What the bench and its load generator say to each other. */

/** A request that is ready to be sent, but for a number of {@link SERIAL_DIGITS} digits between its parts, new each time. */
export interface PreparedRequest {
  readonly head: string
  /** Empty: there is no number in it, and `head` is the whole request. */
  readonly tail: string
}

/** How long the number in a request is, so that its Content-Length is always the same. */
export const SERIAL_DIGITS = 12

/** To the load generator. */
export type LoadCommand =
  | {
      readonly kind: 'prepare'
      readonly requests: readonly PreparedRequest[]
      /** Every answer must have it. */
      readonly status: number
    }
  | {
      readonly kind: 'run'
      readonly port: number
      readonly connections: number
      readonly seconds: number
    }

/** From the load generator, once for each `run`. */
export type LoadReport =
  | {
      readonly kind: 'done'
      readonly requests: number
      readonly seconds: number
      readonly bytes: number
      readonly p50Ms: number
      readonly p99Ms: number
    }
  | { readonly kind: 'failed'; readonly reason: string }
