/** Asks by mail whether an address is that of an account. */
import {
  afterCreate,
  afterUpdate,
  CHANGE_PAYLOAD,
  digestOf,
  job,
  newSecret,
  onlyWhen,
  where,
  type Change,
  type PlainStore,
} from '../../framework/index.ts'
import type { Post } from '../mail/post.ts'
import { CONFIRMATION_DAYS } from '../mail/templates.ts'
import { all } from '../resources/all.ts'
import type { emailConfirmation } from '../resources/email-confirmation.ts'
import type { user } from '../resources/user.ts'

/** What asking needs. */
export interface MailConfirmationParts {
  readonly users: PlainStore<typeof user>
  readonly confirmations: PlainStore<typeof emailConfirmation>
  readonly post: Post
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** So often is one address asked in an hour, whoever says that it is theirs. */
const MOST_IN_AN_HOUR = 3
const HOUR_MS = 3_600_000

/** Asks whenever an account gets another address, by whichever way it does. */
export function mailConfirmationJob({ users, confirmations, post, now }: MailConfirmationParts) {
  async function isAskedTooOften(email_address: string): Promise<boolean> {
    const since = new Date(now() - HOUR_MS).toISOString()
    const isOfLate = where(all, 'email_confirmation', (row) =>
      row.email_address.eq(email_address).and(row.created_at.gt(since)),
    )
    return (await confirmations.count(isOfLate)) >= MOST_IN_AN_HOUR
  }

  return job('mail_confirmation', {
    payload: CHANGE_PAYLOAD,
    triggers: [
      onlyWhen(afterCreate('user'), hasNewAddress),
      onlyWhen(afterUpdate('user'), hasNewAddress),
    ],
    // One after the other, so that they are counted.
    concurrency: 1,
    orderedBy: ({ after }) => String(after?.['email_address']),
    retries: { count: 6, firstRestSeconds: 5, longestRestSeconds: 300 },
    async run({ key, after }, { id, attempt }) {
      const email_address = after?.['email_address']
      const owner = await users.read(key)
      if (typeof email_address !== 'string' || owner?.item.email_address !== email_address) return
      if (owner.item.confirmed_address === email_address) return
      // A password is mailed there: who logs in with it has confirmed the address.
      if ((await users.unsafeReadSecrets(key))?.password_expires_at !== null) return
      if (await isAskedTooOften(email_address)) return
      const token = newSecret()
      const expires_at = new Date(now() + CONFIRMATION_DAYS * 24 * HOUR_MS).toISOString()
      const { key: asked } = await confirmations.create({
        user_id: key,
        email_address,
        digest: digestOf(token),
        expires_at,
      })
      const letter = post.letters.confirmAddress({ username: owner.item.username, token })
      try {
        await post.send({ ...letter, to: email_address, id: `${id}-${String(attempt)}` })
      } catch (error) {
        // What was not sent does not count: it will be tried again.
        await confirmations.delete(asked)
        throw error
      }
    },
  })
}

function hasNewAddress({ before, after }: Change): boolean {
  const address = after?.['email_address']
  return typeof address === 'string' && address !== before?.['email_address']
}
