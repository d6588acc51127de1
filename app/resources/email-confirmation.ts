/** A question that was mailed to an address: whether it is that of an account. */
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
  timestamp,
} from '../../framework/index.ts'
import { DIGEST } from './session.ts'
import { EMAIL_ADDRESS } from './user.ts'

/** A link by which an address is confirmed. */
export const emailConfirmation = resource('email_confirmation', {
  description: 'A link by which an e-mail address is confirmed. Nobody reaches it by the API.',
  attributes: {
    id: id(),
    user_id: reference('user').immutable(),
    email_address: attribute(EMAIL_ADDRESS).immutable(),
    digest: attribute(DIGEST).unique().secret(),
    expires_at: timestamp().serverSet(),
    created_at: createdAt(),
  },
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
  indexes: [index('user_id'), index('email_address', 'created_at'), index('expires_at')],
})
