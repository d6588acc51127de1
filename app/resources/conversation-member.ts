/** Who takes part in a conversation. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  reference,
  resource,
  updatedAt,
} from '../../framework/index.ts'

/** A member of a conversation. Whoever leaves has no row any more, and sees nothing any more. */
export const conversationMember = resource('conversation_member', {
  description:
    'A user in a conversation. What the conversation counts beyond `read_number` is unread.',
  attributes: {
    conversation_id: reference('conversation').immutable(),
    user_id: reference('user').immutable(),
    read_number: attribute(
      Type.Integer({ minimum: 0, description: 'The number of the last message that was read.' }),
    )
      .default(0)
      .serverSet(),
    muted: attribute(Type.Boolean({ description: 'Known to oneself alone.' })).default(false),
    can_write: attribute(Type.Boolean()).default(true).serverSet(),
    invited_by_id: reference('user').nullable().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  key: ['conversation_id', 'user_id'],
  links: {
    conversation: belongsTo('conversation', 'conversation_id', { onDelete: 'cascade' }),
    user: belongsTo('user', 'user_id', { onDelete: 'cascade' }),
    invited_by: belongsTo('user', 'invited_by_id', { onDelete: 'nullify' }),
  },
})
