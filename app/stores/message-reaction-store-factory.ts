/** Who may do what with reactions: whoever may write where the message is reacts to it, and takes its own reactions back. */
import {
  InvalidError,
  restrictedStoreFactory,
  wrappedStoreFactory,
  type StoreFactory,
  type Transaction,
} from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { isEmoji } from '../emoji.ts'
import { all } from '../resources/all.ts'
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
  stores: DomainStores,
): StoreFactory<typeof messageReaction> {
  return wrappedStoreFactory(byRules, (store) => ({
    async create(item, options) {
      const { message_id, emoji } = item
      if (typeof emoji === 'string' && !isEmoji(emoji)) {
        const pointer = `${options?.pointer ?? '/item'}/emoji`
        throw new InvalidError([{ pointer, detail: 'must be one emoji' }])
      }
      return stores.transactions.transaction(async (transaction) => {
        const conversation_id =
          typeof message_id === 'string'
            ? await placeOf(stores, message_id, transaction)
            : undefined
        const sets = { conversation_id: conversation_id ?? null }
        return store.create(item, { ...options, transaction, sets })
      }, options?.transaction)
    },
  }))
}

/**
 * The conversation of a message. Who deletes the message waits from here on, or has deleted it: without that, rules that were asked
 * before would let a reaction in behind it.
 */
async function placeOf(
  stores: DomainStores,
  key: string,
  transaction: Transaction,
): Promise<string | null | undefined> {
  const found = await stores.store('message').read(key, { transaction })
  if (found === undefined) return undefined
  await sqlIn(stores, transaction)
    .selectFrom('message')
    .select('id')
    .where('id', '=', found.key)
    .forKeyShare()
    .execute()
  return found.item.conversation_id
}
