/** Answers a repeated request with the first answer: what `Idempotency-Key` asks for. */
import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { InvalidError } from '../errors.ts'
import type { Transaction } from '../store/store.ts'
import type { Answer, OperationRequest, Parameter } from './operation.ts'

/** A request whose first answer is kept. */
export interface KeptRequest {
  /** The caller's id; empty: anonymous callers share their keys. */
  readonly subject: string
  /** The operationId. */
  readonly operation: string
  readonly key: string
  /** Differs when the request does. */
  readonly bodyHash: string
}

/** Keeps first answers, in the transaction that writes what they tell of. */
export interface Idempotency {
  /**
   * Runs `work` in a transaction and keeps its answer when it commits; a request that was kept is answered as then.
   * @throws ConflictError when the key was used for another request; whatever `work` throws
   */
  once(
    request: KeptRequest,
    work: (transaction: Transaction) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly isReplay: boolean }>
}

const KEY = /^[\x20-\x7e]{1,255}$/

/** For documents. */
export const IDEMPOTENCY_KEY: Parameter = Object.freeze({
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A text that you make up for this request, such as a uuid. The same request with the same key is answered as the first time, for 24 hours, and done once.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  component: 'idempotency_key',
})

/** The key of a request; undefined when it has none. @throws InvalidError */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key
  const detail = 'Idempotency-Key must be 1 to 255 printable ASCII characters.'
  throw new InvalidError([{ pointer: '', detail }])
}

/** Answers one request of an operation once. */
export type AnswerOnce = (
  operation: string,
  request: OperationRequest & { readonly idempotencyKey: string },
  work: (transaction: Transaction) => Promise<Answer>,
) => Promise<Answer>

/** @param secret keys the hashes of bodies, which may hold passwords: whoever reads the database can't try any */
export function answerOnce({ once }: Idempotency, secret: Uint8Array): AnswerOnce {
  return async (operation, { authorization, idempotencyKey, body }, work) => {
    const bodyHash = createHmac('sha256', secret)
      .update(`idempotency ${JSON.stringify([body ?? null])}`)
      .digest('base64url')
    const request = {
      subject: authorization.subject ?? '',
      operation,
      key: idempotencyKey,
      bodyHash,
    }
    const { answer, isReplay } = await once(request, work)
    if (!isReplay) return answer
    return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }
  }
}
