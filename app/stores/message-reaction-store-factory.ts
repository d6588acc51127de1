/** Who may do what with reactions: whoever may write where the message is reacts to it, and takes its own reactions back. */
import {
  InvalidError,
  restrictedStoreFactory,
  wrappedStoreFactory,
  type PlainStore,
  type StoreFactory,
} from '../../framework/index.ts'
import { isEmoji } from '../emoji.ts'
import { all } from '../resources/all.ts'
import type { message } from '../resources/message.ts'
import type { messageReaction } from '../resources/message-reaction.ts'

const byRules = restrictedStoreFactory(all, 'message_reaction', ({ row, me }) => ({
  read: row.conversation_id
    .notExists()
    .or(row.conversation.some(({ members }) => members.some(({ user_id }) => user_id.eq(me.id)))),
  create: me.authenticated.and(
    row.message.some(({ deleted_at, conversation_id, conversation }) =>
      deleted_at
        .notExists()
        .and(
          conversation_id
            .notExists()
            .or(
              conversation.some(({ members }) =>
                members.some(({ user_id, can_write }) => user_id.eq(me.id).and(can_write.eq(true))),
              ),
            ),
        ),
    ),
  ),
  delete: row.user_id.eq(me.id),
  sets: { user_id: me.id },
}))

/** Where a message is, its reactions are. */
export function messageReactionStoreFactory(
  messages: PlainStore<typeof message>,
): StoreFactory<typeof messageReaction> {
  return wrappedStoreFactory(byRules, (store) => ({
    async create(item, options) {
      const { message_id, emoji } = item
      if (typeof emoji === 'string' && !isEmoji(emoji)) {
        const pointer = `${options?.pointer ?? '/item'}/emoji`
        throw new InvalidError([{ pointer, detail: 'must be one emoji' }])
      }
      const transaction = options?.transaction
      const found =
        typeof message_id === 'string'
          ? await messages.read(message_id, transaction === undefined ? {} : { transaction })
          : undefined
      const conversation_id = found?.item.conversation_id ?? null
      return store.create(item, { ...options, sets: { conversation_id } })
    },
  }))
}
