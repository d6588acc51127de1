/** Mails links by which a new password can be chosen. */
import Type from 'typebox'
import { digestOf, job, newSecret, where, type PlainStore } from '../../framework/index.ts'
import { forgetRecovery } from '../forget-recovery.ts'
import type { Post } from '../mail/post.ts'
import { RECOVERY_MINUTES } from '../mail/templates.ts'
import { all } from '../resources/all.ts'
import type { passwordRecovery } from '../resources/password-recovery.ts'
import type { user } from '../resources/user.ts'

/** What mailing links needs. */
export interface MailRecoveryParts {
  readonly users: PlainStore<typeof user>
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly post: Post
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** An address is not one person's alone, but nobody has hundreds of accounts. */
const MAX_ACCOUNTS = 10

/**
 * Mails a link for each account whose address it is, confirmed, in the place of the one before. Whether there are any is found here
 * alone. One that nobody has confirmed may be a stranger's, who would get the account; but where a password was mailed to it, and not
 * replaced yet, the account belongs to who reads that.
 */
export function mailRecoveryJob({ users, recoveries, post, now }: MailRecoveryParts) {
  const { transactions } = users

  async function newToken(user_id: string): Promise<string> {
    const token = newSecret()
    const expires_at = new Date(now() + RECOVERY_MINUTES * 60_000).toISOString()
    await transactions.transaction(async (transaction) => {
      await forgetRecovery(recoveries, user_id, transaction)
      await recoveries.create({ user_id, digest: digestOf(token), expires_at }, { transaction })
    })
    return token
  }

  return job('mail_recovery', {
    payload: Type.Object({ email_address: Type.String() }),
    // Who waits for it has asked again by then.
    retries: { count: 6, firstRestSeconds: 5, longestRestSeconds: 300 },
    async run({ email_address }, { id, attempt }) {
      const filter = where(all, 'user', (row) => {
        const isWithoutPassword = row.password_expires_at.exists()
        return row.confirmed_address
          .eq(email_address)
          .or(row.email_address.eq(email_address).and(isWithoutPassword))
          .and(row.blocked.eq(false))
      })
      const { results } = await users.search({ filter, limit: MAX_ACCOUNTS })
      for (const { key, item } of results) {
        const letter = post.letters.recoverPassword({
          username: item.username,
          token: await newToken(key),
        })
        // Each try has a link of its own, so it is another mail.
        await post.send({ ...letter, to: email_address, id: `${id}-${String(attempt)}-${key}` })
      }
    },
  })
}
