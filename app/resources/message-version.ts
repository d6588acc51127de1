/** What a message said before it was edited. */
import {
  attribute,
  belongsTo,
  createdAt,
  id,
  index,
  reference,
  resource,
} from '../../framework/index.ts'
import { TEXT } from './message.ts'

/** An earlier text of a message. */
export const messageVersion = resource('message_version', {
  description: 'What a message said until it was edited. Its author alone reads it.',
  attributes: {
    id: id(),
    message_id: reference('message').immutable().serverSet(),
    text: attribute(TEXT).serverSet(),
    created_at: createdAt(),
  },
  links: { message: belongsTo('message', 'message_id', { onDelete: 'cascade' }) },
  indexes: [index('message_id', 'created_at')],
  summary: 'text',
})
