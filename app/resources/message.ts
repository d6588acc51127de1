/** Something that a person wrote for everybody to read. */
import Type from 'typebox'
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
  updatedAt,
} from '../../framework/index.ts'

/** A message. */
export const message = resource('message', {
  description: 'Something that a user wrote. Its author is whoever created it.',
  attributes: {
    id: id(),
    text: attribute(
      Type.String({ minLength: 1, maxLength: 4000, examples: ['This is a test message!'] }),
    ),
    author_id: reference('user').immutable(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: { author: belongsTo('user', 'author_id') },
  indexes: [index('author_id', 'created_at'), index('created_at')],
  summary: 'text',
})
