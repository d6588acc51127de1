/** A link that was mailed to somebody who does not know a password any more. */
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

/** A link by which a new password can be chosen: one at a time for each user, and once. */
export const passwordRecovery = resource('password_recovery', {
  description: 'A link by which a new password can be chosen. Nobody reaches it by the API.',
  attributes: {
    id: id(),
    user_id: reference('user').immutable().unique(),
    digest: attribute(DIGEST).unique().secret(),
    expires_at: timestamp().serverSet(),
    created_at: createdAt(),
  },
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
  indexes: [index('expires_at')],
})
