/** Something that a person wrote: for everybody to read, or in a conversation. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  hasMany,
  id,
  index,
  reference,
  resource,
  textIndex,
  timestamp,
  uniqueIndex,
  updatedAt,
} from '../../framework/index.ts'
import { UUID } from '../uuid.ts'

/** What a message says. */
export const TEXT = Type.String({
  maxLength: 4000,
  description: 'Empty in deleted messages, and where there are attachments.',
  examples: ['This is a test message!'],
})

/** Most files of one message. */
export const MAX_ATTACHMENTS = 10

/** A message. Without a conversation it is in the public room. */
export const message = resource('message', {
  description:
    'Something that a user wrote: in a conversation, for its members, or in the public room, for everybody. Its author is whoever created it.',
  attributes: {
    id: id(),
    text: attribute(TEXT),
    author_id: reference('user').immutable(),
    conversation_id: reference('conversation').nullable().immutable(),
    number: attribute(
      Type.Integer({ minimum: 1, description: '1, 2, 3, … within its conversation.' }),
    )
      .nullable()
      .serverSet(),
    reply_to_id: reference('message').nullable().immutable(),
    attachment_ids: attribute(
      Type.Array(UUID, {
        maxItems: MAX_ATTACHMENTS,
        uniqueItems: true,
        description:
          'Files of the author’s that are uploaded, ready and not attached yet, in the order in which they are shown.',
        examples: [[]],
      }),
    )
      .default([])
      .immutable(),
    edited_at: timestamp().nullable().serverSet(),
    deleted_at: timestamp().nullable().serverSet(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    author: belongsTo('user', 'author_id'),
    conversation: belongsTo('conversation', 'conversation_id', { onDelete: 'cascade' }),
    reply_to: belongsTo('message', 'reply_to_id', { onDelete: 'nullify' }),
    versions: hasMany('message_version', 'message_id'),
    reactions: hasMany('message_reaction', 'message_id'),
    attachments: hasMany('attachment', 'message_id'),
  },
  indexes: [
    index('author_id', 'created_at'),
    index('created_at'),
    uniqueIndex('conversation_id', 'number'),
    index('conversation_id', 'created_at'),
    textIndex('text'),
  ],
  summary: 'text',
})
