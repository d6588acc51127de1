/** Who may do what with attachments: they are their owner's until they are attached; then they are read as what they are attached to. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import { isShownTo } from './profile-readers.ts'

/**
 * The owner reads its own, and deletes one that is attached to nothing. Others read what is attached to a message that they may read,
 * and avatars as their owners show them. Nobody makes or changes one by the API: that is done by uploading and attaching.
 */
export const attachmentStoreFactory = restrictedStoreFactory(all, 'attachment', ({ row, me }) => {
  const isOwn = row.owner_id.eq(me.id)
  const isOfMessage = row.message.some(({ conversation_id, conversation }) =>
    conversation_id
      .notExists()
      .or(conversation.some(({ members }) => members.some(({ user_id }) => user_id.eq(me.id)))),
  )
  const isShownAvatar = row.shown_by.some((user) =>
    isShownTo(me, user, 'avatar').or(me.scope('admin')),
  )
  return {
    read: isOwn.or(isOfMessage).or(isShownAvatar),
    delete: isOwn.and(row.message_id.notExists()),
  }
})
