/** Gives a new password to who has lost the old one, for a link that came by mail. */
import {
  digestOf,
  InvalidError,
  NotFoundError,
  where,
  type Passwords,
  type PlainStore,
  type RequestClient,
} from '../framework/index.ts'
import { confirmedByMail } from './mailed-password.ts'
import { refuseWeakPassword } from './password-rules.ts'
import { all } from './resources/all.ts'
import type { passwordRecovery } from './resources/password-recovery.ts'
import { setPassword, type SetPasswordParts } from './set-password.ts'

/** What recovering needs. */
export interface RecoveryParts extends SetPasswordParts {
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly passwords: Passwords
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A link that was mailed, and what is asked for with it. */
export interface RecoveredPassword {
  readonly token: string
  readonly password: string
  readonly client?: RequestClient | undefined
}

/**
 * Sets the password, spends the link, and ends all sessions.
 * @throws InvalidError for a link that is spent, too old or none, and for a password that is too weak, which does not spend it
 */
export async function recoverPassword(
  parts: RecoveryParts,
  { token, password, client }: RecoveredPassword,
): Promise<void> {
  const { users, recoveries, passwords, now } = parts
  const digest = digestOf(token)
  const time = new Date(now()).toISOString()
  const filter = where(all, 'password_recovery', (row) =>
    row.digest.eq(digest).and(row.expires_at.gt(time)),
  )
  const [found] = (await recoveries.search({ filter, limit: 1 })).results
  if (found === undefined) throw noGood()
  const owner = await users.read(found.item.user_id)
  const secrets = await users.unsafeReadSecrets(found.item.user_id)
  if (owner === undefined || secrets === undefined || owner.item.blocked) throw noGood()
  // Mailed while the account was deleted.
  if (owner.item.deleted_at !== null) throw noGood()
  refuseWeakPassword(password, { username: owner.item.username, pointer: '/password' })
  await setPassword(parts, {
    user: owner.key,
    password_digest: await passwords.hash(password),
    session: undefined,
    address: client?.address,
    ...confirmedByMail(owner.item, secrets),
    first: (transaction) => recoveries.delete(found.key, { transaction }),
  }).catch((error: unknown) => {
    // It was spent meanwhile, or the user is gone.
    throw error instanceof NotFoundError ? noGood() : error
  })
}

function noGood(): InvalidError {
  return new InvalidError([
    { pointer: '/token', detail: 'is spent or too old: ask for another mail' },
  ])
}
