/** The contract of what answers calls: the operations of the API, by whatever way they come besides HTTP. */
import type { Authorization } from '../security/authorization.ts'
import type { RequestClient } from '../security/request-client.ts'

/** One call, as it was sent. Nothing in it has been checked but who sends it. */
export interface CallRequest {
  /** The operationId. */
  readonly action: string
  /**
   * Parameters and body by the names that HTTP has for them, side by side: `key` of the path, parameters of the query, `if_match`
   * and `if_none_match`, members of the body. What HTTP writes as text may be a number or true and false here, `filter` is JSON,
   * what may repeat there is a list.
   */
  readonly input: Readonly<Record<string, unknown>>
  /** Makes a repeated call answer as the first time, where the operation keeps first answers: the `Idempotency-Key`. */
  readonly key: string | undefined
  readonly caller: Authorization
  /** Who opened the socket. */
  readonly client: RequestClient
}

/** What came of a call. */
export interface CallAnswer {
  /** As over HTTP. */
  readonly status: number
  /** Of the row that is answered, for `if_match`. */
  readonly etag?: string
  /** Undefined where HTTP answers no body. */
  readonly payload?: unknown
}

/** Answers a call. @throws ResourceError; NotFoundError when there is no such operation */
export type CallOperation = (request: CallRequest) => Promise<CallAnswer>
