/** Lets two people write to each other, or not. */
import type { Transaction } from '../framework/index.ts'
import { directKeyOf } from './direct-key.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'

/** Sets whether both may write in the conversation of two people; nothing, when they have none. */
export type SetDirectWritable = (
  transaction: Transaction,
  pair: readonly [string, string],
  canWrite: boolean,
) => Promise<void>

/** What it needs. */
export interface DirectWritableParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Makes the function. It locks the conversation before its members, as all do who write there: a message is before it, and stays, or
 * behind it, and is refused.
 */
export function createSetDirectWritable({ stores, now }: DirectWritableParts): SetDirectWritable {
  return async (transaction, [one, other], canWrite) => {
    const sql = sqlIn(stores, transaction)
    const found = await sql
      .selectFrom('conversation')
      .select('id')
      .where('direct_key', '=', directKeyOf(one, other))
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (found === undefined) return
    await sql
      .updateTable('conversation_member')
      .set({ can_write: canWrite, updated_at: new Date(now()).toISOString() })
      .where('conversation_id', '=', found.id)
      .where('can_write', '!=', canWrite)
      .execute()
  }
}
