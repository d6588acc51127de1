/** What somebody felt about a message. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  index,
  reference,
  resource,
} from '../../framework/index.ts'

/** A reaction: one user, one message, one emoji. */
export const messageReaction = resource('message_reaction', {
  description: 'An emoji that a user gave to a message. Whoever reads the message reads it.',
  attributes: {
    message_id: reference('message').immutable(),
    user_id: reference('user').immutable(),
    emoji: attribute(
      Type.String({
        minLength: 1,
        maxLength: 16,
        description: 'One emoji, as Unicode recommends it for general interchange.',
        examples: ['👍'],
      }),
    ).immutable(),
    conversation_id: reference('conversation').nullable().serverSet(),
    created_at: createdAt(),
  },
  key: ['message_id', 'user_id', 'emoji'],
  links: {
    message: belongsTo('message', 'message_id', { onDelete: 'cascade' }),
    user: belongsTo('user', 'user_id', { onDelete: 'cascade' }),
    conversation: belongsTo('conversation', 'conversation_id', { onDelete: 'cascade' }),
  },
  indexes: [index('message_id', 'created_at')],
})
