/** What browsers can subscribe to. */
import { afterCreate, channel } from '../framework/index.ts'

/** A message was created. */
export const onCreateMessage = channel('on_create_message', {
  description: 'Each message that is created, as its reader may see it.',
  source: afterCreate('message'),
  example: {
    id: '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01',
    text: 'This is a second test message!',
    author_id: '9b38eb94-573f-43d6-a9e7-910757ce3f54',
    attachment_ids: [],
    created_at: '2026-01-01T12:00:00.000Z',
    updated_at: '2026-01-01T12:00:00.000Z',
  },
})
