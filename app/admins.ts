/** Those who look after the messenger: one always stays. */
import type { Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'

/**
 * Locks all admins until the transaction ends, so that of two who put an end to each other at the same moment one stays.
 * @returns their ids
 */
export async function lockAdmins(
  stores: Pick<DomainStores, 'queryable'>,
  transaction: Transaction,
): Promise<ReadonlySet<string>> {
  const found = await sqlIn(stores, transaction)
    .selectFrom('user')
    .select('id')
    .where('admin', '=', true)
    .where('blocked', '=', false)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  return new Set(found.map(({ id }) => id))
}
