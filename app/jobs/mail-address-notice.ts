/** Tells people by mail that their account has another e-mail address. */
import {
  afterUpdate,
  CHANGE_PAYLOAD,
  job,
  onlyWhen,
  type Change,
  type PlainStore,
} from '../../framework/index.ts'
import type { Post } from '../mail/post.ts'
import type { user } from '../resources/user.ts'

/** What telling needs. */
export interface MailAddressNoticeParts {
  readonly users: PlainStore<typeof user>
  readonly post: Post
}

/** Mails a notice to the address that was confirmed before, whichever way another came in its place: it may have been somebody else. */
export function mailAddressNoticeJob({ users, post }: MailAddressNoticeParts) {
  return job('mail_address_notice', {
    payload: CHANGE_PAYLOAD,
    triggers: [onlyWhen(afterUpdate('user'), hasLeftConfirmed)],
    async run({ key, before, after }, { id }) {
      const to = before?.['confirmed_address']
      const user = await users.read(key)
      // A deleted account has none any more, which is no change of it.
      if (user?.item.deleted_at !== null || typeof to !== 'string') return
      const isRemoved = after?.['email_address'] === null
      const letter = post.letters.addressChanged({ username: user.item.username, isRemoved })
      await post.send({ ...letter, to, id })
    },
  })
}

function hasLeftConfirmed({ before, after }: Change): boolean {
  const confirmed = before?.['confirmed_address']
  const isOther = before?.['email_address'] !== after?.['email_address']
  return isOther && typeof confirmed === 'string' && confirmed !== after?.['email_address']
}
