/** Who may do what with conversations: members read, whoever is logged in makes groups, the owner names them. */
import {
  restrictedStoreFactory,
  wrappedStoreFactory,
  type StoreFactory,
  type WriteOptions,
} from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import { tidyFullName } from '../full-name.ts'
import { newJoinCode } from '../join-code.ts'
import { lockCaller } from '../present-users.ts'
import { all } from '../resources/all.ts'
import type { conversation } from '../resources/conversation.ts'

const byRules = restrictedStoreFactory(all, 'conversation', ({ row, me }) => {
  // One of the members, also before its row is there.
  const isOwner = row.owner_id.eq(me.id)
  const isWriter = row.members.some(({ user_id, can_write }) =>
    user_id.eq(me.id).and(can_write.eq(true)),
  )
  return {
    read: isOwner.or(row.members.some(({ user_id }) => user_id.eq(me.id))),
    create: me.authenticated,
    update: isOwner,
    // No rule for delete: a conversation goes with its last member.
    // People who block each other don't see each other write either.
    presence: { see: isWriter },
    sets: { owner_id: me.id },
  }
})

/** What the store factory of conversations needs. */
export interface ConversationStoreParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Whoever makes a group is its owner and first member. */
export function conversationStoreFactory({
  stores,
  now,
}: ConversationStoreParts): StoreFactory<typeof conversation> {
  const members = stores.store('conversation_member')
  return wrappedStoreFactory(byRules, (store, { caller }) => ({
    create: (item, options) =>
      stores.transactions.transaction(async (transaction) => {
        // Who is nobody is refused by the rules.
        const { subject: user_id = '' } = caller
        if (user_id !== '') await lockCaller(stores, user_id, transaction)
        const last_message_at = new Date(now()).toISOString()
        const sets = { kind: 'group', join_code: newJoinCode(), last_message_at }
        const made = await store.create(tidy(item, options), { ...options, transaction, sets })
        await members.create({ conversation_id: made.key, user_id }, { transaction })
        return made
      }, options?.transaction),
    update: async (key, item, options) => store.update(key, tidy(item, options), options),
  }))
}

function tidy<I extends { readonly title?: string | null }>(item: I, options?: WriteOptions): I {
  const { title } = item
  if (typeof title !== 'string') return item
  return { ...item, title: tidyFullName(title, `${options?.pointer ?? '/item'}/title`) }
}
