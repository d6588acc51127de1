/** How far somebody has read in its conversations, and what is unread. */
import { NotFoundError, sql as text, type Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'
import { readNotices } from './notifications.ts'

/** How far somebody has read in one conversation. */
export interface ReadState {
  readonly read_number: number
  readonly unread: number
}

/** What is unread in one conversation. */
export interface UnreadCount {
  readonly conversation_id: string
  readonly unread: number
  readonly muted: boolean
}

/** What is unread, by conversation, those with the latest messages first. */
export interface UnreadCounts {
  /** Without muted ones. */
  readonly total: number
  readonly conversations: readonly UnreadCount[]
}

/** Reads on, and counts what is unread. */
export interface Unread {
  /**
   * Has read up to a number: never less than before, never more than there is, however many devices tell at a time; and so what it was
   * told of these messages.
   * @throws NotFoundError for who is no member
   */
  read(
    progress: { readonly me: string; readonly conversation: string; readonly number: number },
    transaction: Transaction,
  ): Promise<ReadState>
  /** Those of one moment. */
  counts(me: string, transaction: Transaction): Promise<UnreadCounts>
}

/** What it needs. */
export interface UnreadParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Makes it over the stores. */
export function createUnread({ stores, now }: UnreadParts): Unread {
  return Object.freeze<Unread>({
    async read({ me, conversation, number }, transaction) {
      const sql = sqlIn(stores, transaction)
      const reached = text<number>`least(${number}::int, c.message_count)`
      await sql
        .updateTable('conversation_member as m')
        .from('conversation as c')
        .set({ read_number: reached, updated_at: new Date(now()).toISOString() })
        .whereRef('c.id', '=', 'm.conversation_id')
        .where('m.conversation_id', '=', conversation)
        .where('m.user_id', '=', me)
        .where('m.read_number', '<', reached)
        .execute()
      await readNotices(stores, { user: me, conversation, number }, transaction)
      const state = await sql
        .selectFrom('conversation_member as m')
        .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
        .select(['m.read_number', text<number>`c.message_count - m.read_number`.as('unread')])
        .where('m.conversation_id', '=', conversation)
        .where('m.user_id', '=', me)
        .executeTakeFirst()
      if (state === undefined) throw new NotFoundError()
      return state
    },
    async counts(me, transaction) {
      const conversations = await sqlIn(stores, transaction)
        .selectFrom('conversation_member as m')
        .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
        .select([
          'm.conversation_id',
          text<number>`c.message_count - m.read_number`.as('unread'),
          'm.muted',
        ])
        .where('m.user_id', '=', me)
        .whereRef('c.message_count', '>', 'm.read_number')
        .orderBy('c.last_message_at', 'desc')
        .orderBy('c.id')
        .execute()
      const total = conversations.reduce((sum, { unread, muted }) => sum + (muted ? 0 : unread), 0)
      return { total, conversations }
    },
  })
}
