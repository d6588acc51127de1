/** Tells people what they should know of. */
import { where, type PlainStore, type Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'
import { all } from './resources/all.ts'
import type { friendship } from './resources/friendship.ts'
import type { notification, NotificationKind } from './resources/notification.ts'

/** What happened, and who is to know of it. */
export interface Notice {
  /** Who is told. */
  readonly user: string
  readonly kind: NotificationKind
  /** Who did it; absent: nobody. */
  readonly actor?: string
  readonly conversation?: string
  readonly message?: string
}

/** Makes notifications, and takes them back. */
export interface Notifier {
  /** Tells somebody, with the transaction. Nobody is told of what itself, or somebody whom it has blocked, has done. */
  notify(notice: Notice, transaction: Transaction): Promise<void>
  /** Deletes what somebody was told of that kind, or of every kind, that the actor did. */
  withdraw(
    told: Pick<Notice, 'user'> & { readonly actor: string; readonly kind?: NotificationKind },
    transaction: Transaction,
  ): Promise<void>
}

/** What a notifier needs. */
export interface NotifierParts {
  readonly notifications: PlainStore<typeof notification>
  readonly friendships: PlainStore<typeof friendship>
}

/** Makes a notifier. */
export function createNotifier({ notifications, friendships }: NotifierParts): Notifier {
  return Object.freeze<Notifier>({
    async notify({ user, kind, actor, conversation, message }, transaction) {
      if (actor === user) return
      if (actor !== undefined && (await isBlocked(friendships, { user, actor }, transaction)))
        return
      const about = {
        actor_id: actor ?? null,
        conversation_id: conversation ?? null,
        message_id: message ?? null,
      }
      await notifications.create({ user_id: user, kind, ...about }, { transaction })
    },
    async withdraw({ user, actor, kind }, transaction) {
      const filter = where(all, 'notification', (row) => {
        const isOfBoth = row.user_id.eq(user).and(row.actor_id.eq(actor))
        return kind === undefined ? isOfBoth : isOfBoth.and(row.kind.eq(kind))
      })
      const limit = notifications.resource.batchSize
      for (;;) {
        const { results } = await notifications.search({ filter, limit }, { transaction })
        if (results.length === 0) return
        const edits = results.map(({ key }) => ({ kind: 'delete', key }) as const)
        await notifications.editBatch(edits, { transaction })
      }
    },
  })
}

/** Somebody has read what it was told of the messages of a conversation, up to a number. */
export async function readNotices(
  stores: Pick<DomainStores, 'queryable'>,
  read: { readonly user: string; readonly conversation: string; readonly number: number },
  transaction: Transaction,
): Promise<void> {
  await sqlIn(stores, transaction)
    .updateTable('notification as n')
    .from('message as m')
    .set({ is_read: true })
    .whereRef('m.id', '=', 'n.message_id')
    .where('n.user_id', '=', read.user)
    .where('n.conversation_id', '=', read.conversation)
    .where('n.is_read', '=', false)
    .where('m.number', '<=', read.number)
    .execute()
}

/** Whether one of two people has blocked the other. */
export async function isBlockedBetween(
  friendships: NotifierParts['friendships'],
  [one, other]: readonly [string, string],
  transaction: Transaction,
): Promise<boolean> {
  const pairs = [
    { user: one, actor: other },
    { user: other, actor: one },
  ]
  for (const pair of pairs) if (await isBlocked(friendships, pair, transaction)) return true
  return false
}

async function isBlocked(
  friendships: NotifierParts['friendships'],
  { user, actor }: { readonly user: string; readonly actor: string },
  transaction: Transaction,
): Promise<boolean> {
  const filter = where(all, 'friendship', (row) =>
    row.user_id.eq(user).and(row.other_id.eq(actor)).and(row.state.eq('blocked')),
  )
  return (await friendships.count(filter, { transaction })) > 0
}
