/** Keeps accounts from being deleted while something comes to refer to them. */
import { UnauthenticatedError, type Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'

/**
 * Locks users until the transaction ends. A deletion that is under way is waited for; one that comes later finds what was written.
 * @param users their ids
 * @returns those whose accounts are not deleted
 */
export async function lockPresent(
  stores: Pick<DomainStores, 'queryable'>,
  users: readonly string[],
  transaction: Transaction,
): Promise<ReadonlySet<string>> {
  const found = await sqlIn(stores, transaction)
    .selectFrom('user')
    .select('id')
    .where('id', 'in', users)
    .where('deleted_at', 'is', null)
    .forKeyShare()
    .execute()
  return new Set(found.map(({ id }) => id))
}

/** The same for the caller. @throws UnauthenticatedError when it has no account any more */
export async function lockCaller(
  stores: Pick<DomainStores, 'queryable'>,
  caller: string,
  transaction: Transaction,
): Promise<void> {
  const present = await lockPresent(stores, [caller], transaction)
  if (!present.has(caller)) throw new UnauthenticatedError()
}
