/** Who may do what with members: those of a conversation see each other, and each mutes it for itself. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** They come and go by actions, and read on by one. */
export const conversationMemberStoreFactory = restrictedStoreFactory(
  all,
  'conversation_member',
  ({ row, me }) => {
    const isSelf = row.user_id.eq(me.id)
    return {
      read: row.conversation.some(({ members }) =>
        members.some(({ user_id }) => user_id.eq(me.id)),
      ),
      update: isSelf,
      attributes: { muted: { read: isSelf } },
    }
  },
)
