/** Gives an account another e-mail address: who could do that with a stolen session alone could have the account's recovery mailed. */
import { StaleError, where, type PlainStore, type RequestClient } from '../framework/index.ts'
import { tidyEmailAddress } from './email-address.ts'
import { forgetRecovery } from './forget-recovery.ts'
import { verifyKnownPassword, wrongPassword, type KnownPasswordParts } from './known-password.ts'
import { all } from './resources/all.ts'
import type { passwordRecovery } from './resources/password-recovery.ts'
import type { SecurityLog } from './security-log.ts'

/** What is needed to change addresses. */
export interface ChangeEmailAddressParts extends KnownPasswordParts {
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly log: SecurityLog
}

/** Whose address is changed, and to what. */
export interface EmailAddressChange {
  readonly user: string
  readonly password: string
  /** Null: none any more. */
  readonly email_address: string | null
  /** Who is at the other end. */
  readonly client?: RequestClient | undefined
}

/**
 * Changes it when the password is right. The address that was confirmed before stays so until the new one is: a mail to it still recovers
 * the account. Without an address none is confirmed, and a link that was mailed is void.
 * @throws InvalidError for a password that is wrong; UnauthenticatedError when the user is gone
 */
export async function changeEmailAddress(
  { users, passwords, recoveries, log }: ChangeEmailAddressParts,
  { user, password, email_address, client }: EmailAddressChange,
): Promise<void> {
  const { item, digest } = await verifyKnownPassword({ users, passwords }, { user, password })
  const next = email_address === null ? null : tidyEmailAddress(email_address)
  if (next === item.email_address) return
  const change = { email_address: next, ...(next === null && { confirmed_address: null }) }
  const precondition = where(all, 'user', (row) => row.password_digest.eq(digest))
  await users.transactions
    .transaction(async (transaction) => {
      await users.update(user, change, { precondition, transaction })
      if (next === null) await forgetRecovery(recoveries, user, transaction)
      const event = { actor: user, subject: user, address: client?.address }
      await log.record({ kind: 'email_address_changed', ...event }, transaction)
    })
    .catch((error: unknown) => {
      // The password was changed meanwhile: what was right is not any more.
      throw error instanceof StaleError ? wrongPassword() : error
    })
}
