/** Takes an address for that of an account when who reads its mail says so. */
import {
  digestOf,
  InvalidError,
  NotFoundError,
  StaleError,
  where,
  type PlainStore,
} from '../framework/index.ts'
import { forgetRecovery } from './forget-recovery.ts'
import { all } from './resources/all.ts'
import type { emailConfirmation } from './resources/email-confirmation.ts'
import type { passwordRecovery } from './resources/password-recovery.ts'
import type { user } from './resources/user.ts'

/** What confirming needs. */
export interface ConfirmationParts {
  readonly users: PlainStore<typeof user>
  readonly confirmations: PlainStore<typeof emailConfirmation>
  readonly recoveries: PlainStore<typeof passwordRecovery>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Confirms the address, and spends the link. One to recover the account is void: it was mailed to the address before.
 * @throws InvalidError for a link that is spent, too old or none, or whose account has another address by now
 */
export async function confirmAddress(
  { users, confirmations, recoveries, now }: ConfirmationParts,
  token: string,
): Promise<void> {
  const digest = digestOf(token)
  const time = new Date(now()).toISOString()
  const filter = where(all, 'email_confirmation', (row) =>
    row.digest.eq(digest).and(row.expires_at.gt(time)),
  )
  const [found] = (await confirmations.search({ filter, limit: 1 })).results
  if (found === undefined) throw noGood()
  const { user_id, email_address } = found.item
  const precondition = where(all, 'user', (row) => row.email_address.eq(email_address))
  await users.transactions
    .transaction(async (transaction) => {
      await confirmations.delete(found.key, { transaction })
      const confirmed = { confirmed_address: email_address }
      await users.update(user_id, confirmed, { precondition, transaction })
      await forgetRecovery(recoveries, user_id, transaction)
    })
    .catch((error: unknown) => {
      const isOver = error instanceof NotFoundError || error instanceof StaleError
      throw isOver ? noGood() : error
    })
}

function noGood(): InvalidError {
  return new InvalidError([{ pointer: '/token', detail: 'is spent or too old' }])
}
