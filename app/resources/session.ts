/** A login that can be refreshed. Its refresh token is kept hashed, and spent once. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
  timestamp,
  updatedAt,
} from '../../framework/index.ts'
import { MAX_DEVICE_LENGTH } from '../device.ts'

/** A SHA-256 in base64url. */
export const DIGEST = Type.String({ minLength: 43, maxLength: 43 })

/** An IP address as text, or `unknown`. */
export const ADDRESS = Type.String({ maxLength: 45, examples: ['192.0.2.7'] })

/** A login. */
export const session = resource('session', {
  description: 'A login that can be refreshed. Whoever deletes it ends it.',
  attributes: {
    id: id({ client: true }),
    user_id: reference('user').immutable(),
    device: attribute(
      Type.String({
        maxLength: MAX_DEVICE_LENGTH,
        description: 'As it called itself when it was last used.',
        examples: ['Firefox on Linux'],
      }),
    ).serverSet(),
    address: attribute(ADDRESS).serverSet(),
    family_digest: attribute(DIGEST).unique().secret(),
    refresh_digest: attribute(DIGEST).secret(),
    expires_at: timestamp().serverSet(),
    created_at: createdAt(),
    last_used_at: updatedAt(),
  },
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
  indexes: [index('user_id'), index('expires_at')],
  label: 'device',
})
