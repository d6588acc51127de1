/** Tells people by mail that their password was changed. */
import {
  afterCreate,
  CHANGE_PAYLOAD,
  job,
  onlyWhen,
  type PlainStore,
} from '../../framework/index.ts'
import type { Post } from '../mail/post.ts'
import type { user } from '../resources/user.ts'

/** What telling needs. */
export interface MailPasswordNoticeParts {
  readonly users: PlainStore<typeof user>
  readonly post: Post
}

/**
 * Mails a notice for each change of a password that was written down, to who has an address: it may have been somebody else. That is who
 * could give the account another address too, so the one that was confirmed is told.
 */
export function mailPasswordNoticeJob({ users, post }: MailPasswordNoticeParts) {
  const trigger = onlyWhen(
    afterCreate('security_event'),
    ({ after }) => after?.['kind'] === 'password_changed',
  )
  return job('mail_password_notice', {
    payload: CHANGE_PAYLOAD,
    triggers: [trigger],
    async run({ after }, { id }) {
      const user = await users.read(String(after?.['subject_id']))
      const to = user?.item.confirmed_address ?? user?.item.email_address
      if (user === undefined || typeof to !== 'string') return
      const { username } = user.item
      await post.send({ ...post.letters.passwordChanged({ username }), to, id })
    },
  })
}
