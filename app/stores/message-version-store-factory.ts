/** Who may do what with earlier texts: the author of the message reads them, as long as it reads the message. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** They come to be when a message is edited, and nobody writes them. */
export const messageVersionStoreFactory = restrictedStoreFactory(
  all,
  'message_version',
  ({ row, me }) => ({
    read: row.message.some((message) =>
      message.author_id
        .eq(me.id)
        .and(
          message.conversation_id
            .notExists()
            .or(
              message.conversation.some(({ members }) =>
                members.some(({ user_id }) => user_id.eq(me.id)),
              ),
            ),
        ),
    ),
  }),
)
