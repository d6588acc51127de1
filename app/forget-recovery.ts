/** Makes a link to recover an account void. */
import { where, type PlainStore, type Transaction } from '../framework/index.ts'
import { all } from './resources/all.ts'
import type { passwordRecovery } from './resources/password-recovery.ts'

/** Deletes the link of a user, if there is one: another takes its place, or it was mailed to where the user is no more. */
export async function forgetRecovery(
  recoveries: PlainStore<typeof passwordRecovery>,
  user: string,
  transaction: Transaction,
): Promise<void> {
  const filter = where(all, 'password_recovery', (row) => row.user_id.eq(user))
  const { results } = await recoveries.search({ filter }, { transaction })
  for (const { key } of results) await recoveries.delete(key, { transaction })
}
