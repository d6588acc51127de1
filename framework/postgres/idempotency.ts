/** Keeps first answers to requests that may be repeated, in the transaction of what they tell of. */

import { ConflictError } from '../errors.ts'
import type { Transaction } from '../store/store.ts'
import type { Queryable } from './database.ts'
import type { StoreTransactions } from './transactions.ts'

/** A request that is done once. */
export interface OnceRequest {
  /** Who asks. */
  readonly subject: string
  /** What is asked for. */
  readonly operation: string
  /** The caller's name for this request; told apart per subject and operation. */
  readonly key: string
  /** The same for the same request. */
  readonly bodyHash: string
}

/** Does requests once. */
export interface OnceKeeper {
  /**
   * Runs `work` in a transaction and keeps its answer when that commits. The same request within 24 hours gets the answer that was
   * kept; one at the same time waits for the first, and runs if that one fails.
   * @param work its answer is plain JSON
   * @throws ConflictError when the key was used for another request; whatever `work` throws, and then nothing is kept
   */
  once<A extends object>(
    request: OnceRequest,
    work: (transaction: Transaction) => Promise<A>,
  ): Promise<{ readonly answer: A; readonly isReplay: boolean }>
}

/** What is needed to do requests once. */
export interface OnceOptions {
  readonly transactions: StoreTransactions
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** How long answers are kept. */
export const ANSWER_RETENTION = '24 hours'

/** Keeps answers in `holdfast_idempotency`. Retention deletes them; until it does, those that are too old are as absent. */
export function createIdempotency({ transactions, now }: OnceOptions): OnceKeeper {
  return Object.freeze({
    once: (request, work) =>
      transactions.transaction(async (transaction) => {
        const queryable = transactions.queryable(transaction)
        if (!(await claim(queryable, request, new Date(now()).toISOString()))) {
          return { answer: await recall(queryable, request), isReplay: true }
        }
        const answer = await work(transaction)
        await keep(queryable, request, answer)
        return { answer, isReplay: false }
      }),
  } satisfies OnceKeeper)
}

/** Waits while another transaction holds the same claim. @returns false: an answer is there */
async function claim(
  queryable: Queryable,
  { subject, operation, key, bodyHash }: OnceRequest,
  at: string,
): Promise<boolean> {
  const { rowCount } = await queryable.query({
    name: 'holdfast_once_claim',
    text: `insert into holdfast_idempotency as kept (subject, operation, key, body_hash, created_at)
      values ($1, $2, $3, $4, $5)
      on conflict (subject, operation, key) do update
      set body_hash = excluded.body_hash, answer = null, created_at = excluded.created_at
      where kept.created_at < excluded.created_at - interval '${ANSWER_RETENTION}'`,
    values: [subject, operation, key, bodyHash, at],
  })
  return rowCount === 1
}

async function keep(
  queryable: Queryable,
  { subject, operation, key }: OnceRequest,
  answer: object,
): Promise<void> {
  await queryable.query({
    name: 'holdfast_once_keep',
    text: `update holdfast_idempotency set answer = $4
      where subject = $1 and operation = $2 and key = $3`,
    values: [subject, operation, key, JSON.stringify(answer)],
  })
}

/** The claim that failed has locked the row, so it is there. */
async function recall<A extends object>(
  queryable: Queryable,
  { subject, operation, key, bodyHash }: OnceRequest,
): Promise<A> {
  const { rows } = await queryable.query({
    name: 'holdfast_once_recall',
    text: `select body_hash, answer from holdfast_idempotency
      where subject = $1 and operation = $2 and key = $3`,
    values: [subject, operation, key],
  })
  const [hash, answer] = rows[0] ?? []
  if (hash !== bodyHash) {
    throw new ConflictError('This Idempotency-Key was used for another request.')
  }
  return answer as A // what `keep` has written for this operation
}
