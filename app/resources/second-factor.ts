/** What a user proves to have besides the password: an authenticator app, and recovery codes for when it is lost. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  reference,
  resource,
  timestamp,
  updatedAt,
} from '../../framework/index.ts'

/** A second factor. It has no store factory, so that nobody reaches it from outside. */
export const secondFactor = resource('second_factor', {
  description: 'The second factor of a user. It counts when it is confirmed.',
  attributes: {
    user_id: reference('user').immutable(),
    confirmed: attribute(Type.Boolean()).serverSet(),
    /** In base32: the server makes the same codes from it, so that it can't be a digest. */
    secret: attribute(Type.String({ minLength: 32, maxLength: 32 })).secret(),
    /** The time step of the last code that was taken. */
    last_step: attribute(Type.Integer({ minimum: 0 })).secret(),
    /** Tries in a row that brought no good code. */
    failures: attribute(Type.Integer({ minimum: 0 })).secret(),
    /** Null: at once. */
    next_try_at: timestamp().nullable().secret(),
    recovery_digests: attribute(
      Type.Array(Type.String({ minLength: 43, maxLength: 43 }), { maxItems: 10 }),
    ).secret(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  key: 'user_id',
  links: { user: belongsTo('user', 'user_id', { onDelete: 'cascade' }) },
})
