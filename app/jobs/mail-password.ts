/** Mails a password to who has signed up without one. */
import Type from 'typebox'
import { job, newSecret, where, type Passwords, type PlainStore } from '../../framework/index.ts'
import type { Post } from '../mail/post.ts'
import { mailedPasswordEnd } from '../mail/templates.ts'
import { all } from '../resources/all.ts'
import type { user } from '../resources/user.ts'
import { succeeds } from '../succeeds.ts'

/** What mailing needs. */
export interface MailPasswordParts {
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
  readonly post: Post
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Makes up a password, keeps its digest and mails it, unless its owner has chosen one by then. It is made here so that nothing stored
 * ever holds it: each try has another, in another mail.
 */
export function mailPasswordJob({ users, passwords, post, now }: MailPasswordParts) {
  return job('mail_password', {
    payload: Type.Object({ user: Type.String() }),
    retries: { count: 6, firstRestSeconds: 5, longestRestSeconds: 300 },
    async run({ user }, { id, attempt }) {
      const owner = await users.read(user)
      const secrets = await users.unsafeReadSecrets(user)
      if (owner === undefined || typeof secrets?.password_expires_at !== 'string') return
      const { username, email_address: to } = owner.item
      if (to === null) return
      const password = newSecret()
      const item = {
        password_digest: await passwords.hash(password),
        password_expires_at: mailedPasswordEnd(now()),
      }
      const precondition = where(all, 'user', (row) =>
        row.password_digest.eq(secrets.password_digest),
      )
      if (!(await succeeds(users.update(user, item, { precondition })))) return
      const letter = post.letters.firstPassword({ username, password })
      await post.send({ ...letter, to, id: `${id}-${String(attempt)}` })
    },
  })
}
