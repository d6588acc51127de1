/** Tells people what they should know of. */
import { randomUUIDv7 } from 'node:crypto'
import { where, type PlainStore, type Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'
import { lockPresent } from './present-users.ts'
import { all } from './resources/all.ts'
import type { friendship } from './resources/friendship.ts'
import type { NotificationKind } from './resources/notification.ts'

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
  /**
   * Tells somebody, with the transaction. Nobody is told of what itself, or somebody whom it has blocked, has done; and nobody is told
   * anything by or of an account that is deleted.
   */
  notify(notice: Notice, transaction: Transaction): Promise<void>
  /** The same for however many people at a time. */
  notifyAll(notices: readonly Notice[], transaction: Transaction): Promise<void>
  /** Deletes what somebody was told of that kind, or of every kind, that the actor did. */
  withdraw(
    told: Pick<Notice, 'user'> & { readonly actor: string; readonly kind?: NotificationKind },
    transaction: Transaction,
  ): Promise<void>
}

/** What a notifier needs. */
export interface NotifierParts {
  readonly stores: Pick<DomainStores, 'queryable'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** That one statement makes: it is done long before its time is over. */
const NOTICES_AT_ONCE = 1000

/**
 * In one statement, since members can't read on as long as it takes. An account that is being deleted is waited for: then it is deleted,
 * or is there.
 */
const TEXT = `
insert into notification
  (id, user_id, kind, actor_id, conversation_id, message_id, is_read, created_at)
select n.id, n."user", n.kind, n.actor, n.conversation, n.message, false, $2::timestamptz
from jsonb_to_recordset($1::jsonb)
  as n (id uuid, "user" uuid, kind text, actor uuid, conversation uuid, message uuid)
join "user" as u on u.id = n."user"
where u.deleted_at is null and n.actor is distinct from n."user" and not exists (
  select 1 from friendship as f
  where f.user_id = n."user" and f.other_id = n.actor and f.state = 'blocked')
for key share of u`

/** Makes a notifier. */
export function createNotifier({ stores, now }: NotifierParts): Notifier {
  const notifyAll: Notifier['notifyAll'] = async (asked, transaction) => {
    const actors = [...new Set(asked.flatMap(({ actor }) => actor ?? []))]
    const present =
      actors.length > 0 ? await lockPresent(stores, actors, transaction) : new Set<string>()
    const notices = asked.filter(({ actor }) => actor === undefined || present.has(actor))
    const time = new Date(now()).toISOString()
    for (let at = 0; at < notices.length; at += NOTICES_AT_ONCE) {
      const some = notices.slice(at, at + NOTICES_AT_ONCE)
      const values = [JSON.stringify(some.map((one) => ({ ...one, id: randomUUIDv7() }))), time]
      await stores.queryable(transaction).query({ name: 'app_notify', text: TEXT, values })
    }
  }
  return Object.freeze<Notifier>({
    notifyAll,
    notify: (notice, transaction) => notifyAll([notice], transaction),
    async withdraw({ user, actor, kind }, transaction) {
      // One statement: there may be many, and whoever blocks somebody holds what others wait for.
      const isOfBoth = sqlIn(stores, transaction)
        .deleteFrom('notification')
        .where('user_id', '=', user)
        .where('actor_id', '=', actor)
      await (kind === undefined ? isOfBoth : isOfBoth.where('kind', '=', kind)).execute()
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
  friendships: PlainStore<typeof friendship>,
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
  friendships: PlainStore<typeof friendship>,
  { user, actor }: { readonly user: string; readonly actor: string },
  transaction: Transaction,
): Promise<boolean> {
  const filter = where(all, 'friendship', (row) =>
    row.user_id.eq(user).and(row.other_id.eq(actor)).and(row.state.eq('blocked')),
  )
  return (await friendships.count(filter, { transaction })) > 0
}
