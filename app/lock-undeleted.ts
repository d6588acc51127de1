/** Keeps a message from being deleted while somebody is told of it. */
import type { Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'

/** Whether a message is there. Until the transaction ends it stays: who deletes it comes later, and finds what was told of it. */
export async function lockUndeleted(
  stores: Pick<DomainStores, 'queryable'>,
  message: string,
  transaction: Transaction,
): Promise<boolean> {
  const found = await sqlIn(stores, transaction)
    .selectFrom('message')
    .select('id')
    .where('id', '=', message)
    .where('deleted_at', 'is', null)
    .forKeyShare()
    .executeTakeFirst()
  return found !== undefined
}
