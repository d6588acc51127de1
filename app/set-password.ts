/** Puts a new password in the place of an old one, and everybody out who came in by that. */
import { where, type PlainStore, type Transaction } from '../framework/index.ts'
import { endSessions } from './end-sessions.ts'
import { all } from './resources/all.ts'
import type { session } from './resources/session.ts'
import type { user } from './resources/user.ts'
import type { SecurityLog } from './security-log.ts'

/** What is needed to set passwords. */
export interface SetPasswordParts {
  readonly users: PlainStore<typeof user>
  readonly sessionStore: PlainStore<typeof session>
  readonly log: SecurityLog
}

/** A password that was checked. */
export interface NewPassword {
  readonly user: string
  readonly password_digest: string
  /** The digest that must be there still; undefined: whichever there is. */
  readonly old?: string
  /** The session that goes on; undefined: none does. */
  readonly session: string | undefined
  /** Where it was chosen. */
  readonly address: string | undefined
  /** What has proved by this to be the address of the account. */
  readonly confirmed_address?: string
  /** Done before, in the same transaction. */
  readonly first?: (transaction: Transaction) => Promise<void>
}

/** @throws StaleError when the old digest is another by now; NotFoundError when the user is gone; and what `first` throws */
export async function setPassword(
  { users, sessionStore, log }: SetPasswordParts,
  { user, password_digest, old, session, address, first, ...more }: NewPassword,
): Promise<void> {
  const precondition =
    old === undefined ? undefined : where(all, 'user', (row) => row.password_digest.eq(old))
  const { transactions } = users
  await transactions.transaction(async (transaction) => {
    await first?.(transaction)
    const options = { transaction, ...(precondition && { precondition }) }
    await users.update(user, { password_digest, password_expires_at: null, ...more }, options)
    await endSessions(sessionStore, { user, except: session, transaction })
    await log.record({ kind: 'password_changed', actor: user, subject: user, address }, transaction)
  })
  // A login with the old password may have opened a session that the transaction could not see yet. One that is later still looks
  // at the password again, and sees the new one.
  await transactions.transaction((transaction) =>
    endSessions(sessionStore, { user, except: session, transaction }),
  )
}
