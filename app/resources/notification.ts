/** Something that a person should know of. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
} from '../../framework/index.ts'

/** What somebody can be told. */
export const NOTIFICATION_KINDS = [
  'invitation',
  'friend_request',
  'friend_accepted',
  'mention',
  'reply',
  'message',
  'export',
] as const

/** What somebody can be told. */
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** A notification. */
export const notification = resource('notification', {
  description: 'Something that a user should know of; for that user alone. The server makes them.',
  attributes: {
    id: id(),
    user_id: reference('user').immutable().serverSet(),
    kind: attribute(Type.Enum([...NOTIFICATION_KINDS])).serverSet(),
    actor_id: reference('user').nullable().serverSet(),
    conversation_id: reference('conversation').nullable().serverSet(),
    message_id: reference('message').nullable().serverSet(),
    is_read: attribute(Type.Boolean()).default(false),
    created_at: createdAt(),
  },
  links: {
    user: belongsTo('user', 'user_id', { onDelete: 'cascade' }),
    actor: belongsTo('user', 'actor_id', { onDelete: 'cascade' }),
    conversation: belongsTo('conversation', 'conversation_id', { onDelete: 'cascade' }),
    message: belongsTo('message', 'message_id', { onDelete: 'cascade' }),
  },
  indexes: [
    index('user_id', 'created_at'),
    index('created_at'),
    index('conversation_id', 'is_read'),
  ],
  label: 'kind',
})
