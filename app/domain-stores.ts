/** The messenger's stores, and its own typed SQL for what they do not reach. */
import { createKysely, type DatabaseOf, type Stores, type Transaction } from '../framework/index.ts'
import type { all } from './resources/all.ts'

/** All rows, no rules: for code that looks after the rights itself. */
export type DomainStores = Pick<
  Stores<(typeof all)['resources']>,
  'store' | 'transactions' | 'queryable'
>

/** Typed SQL within a transaction of the stores. */
export function sqlIn({ queryable }: Pick<DomainStores, 'queryable'>, transaction: Transaction) {
  return createKysely<DatabaseOf<typeof all>>(queryable(transaction))
}
