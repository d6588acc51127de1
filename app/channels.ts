/** What browsers can subscribe to. */
import { afterCreate, channel } from '../framework/index.ts'

/** A message was created. */
export const onCreateMessage = channel('on_create_message', {
  description: 'Each message that is created, as its reader may see it.',
  source: afterCreate('message'),
  subscribedBy: ['conversation_create', 'conversation_join', 'direct_conversation'],
  example: {
    id: '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01',
    text: 'This is a second test message!',
    author_id: '9b38eb94-573f-43d6-a9e7-910757ce3f54',
    conversation_id: null,
    number: null,
    reply_to_id: null,
    attachment_ids: [],
    edited_at: null,
    deleted_at: null,
    created_at: '2026-01-01T12:00:00.000Z',
    updated_at: '2026-01-01T12:00:00.000Z',
  },
})

/** Somebody is told something. */
export const onNotification = channel('on_notification', {
  description: 'Each notification that is made for the one who subscribes.',
  source: afterCreate('notification'),
  example: {
    id: '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a02',
    user_id: '9b38eb94-573f-43d6-a9e7-910757ce3f54',
    kind: 'friend_request',
    actor_id: '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a03',
    conversation_id: null,
    message_id: null,
    is_read: false,
    created_at: '2026-01-01T12:00:00.000Z',
  },
})
