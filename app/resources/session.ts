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

/** A SHA-256 in base64url. */
const DIGEST = Type.String({ minLength: 43, maxLength: 43 })

/** A login. */
export const session = resource('session', {
  description: 'A login that can be refreshed.',
  attributes: {
    id: id({ client: true }),
    user_id: reference('user').immutable(),
    family_digest: attribute(DIGEST).unique().secret(),
    refresh_digest: attribute(DIGEST).secret(),
    expires_at: timestamp(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
  indexes: [index('user_id')],
})
