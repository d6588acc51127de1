/** Something that a person wrote for everybody to read. */
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
  updatedAt,
} from '../../framework/index.ts'

/** Most files of one message. */
export const MAX_ATTACHMENTS = 10

/** A message. */
export const message = resource('message', {
  description: 'Something that a user wrote. Its author is whoever created it.',
  attributes: {
    id: id(),
    text: attribute(
      Type.String({
        maxLength: 4000,
        description: 'Empty only where there are attachments.',
        examples: ['This is a test message!'],
      }),
    ),
    author_id: reference('user').immutable(),
    attachment_ids: attribute(
      Type.Array(Type.String({ format: 'uuid' }), {
        maxItems: MAX_ATTACHMENTS,
        description:
          'Files of the author’s that are uploaded, ready and not attached yet, in the order in which they are shown.',
      }),
    )
      .default([])
      .immutable(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    author: belongsTo('user', 'author_id'),
    attachments: hasMany('attachment', 'message_id'),
  },
  indexes: [index('author_id', 'created_at'), index('created_at')],
  summary: 'text',
})
