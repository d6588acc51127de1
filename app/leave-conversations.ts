/** Takes people out of conversations, with what follows for those who stay. */
import type { Transaction } from '../framework/index.ts'
import { sqlIn, type DomainStores } from './domain-stores.ts'

/** What it needs. */
export interface LeaveParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Who goes, and within what. */
export interface Leaving {
  readonly me: string
  readonly transaction: Transaction
}

/** A conversation that the transaction has locked. */
export interface LockedConversation {
  readonly id: string
  readonly owner_id: string | null
}

/**
 * What somebody owned goes to who has been in it for longest. What the last one leaves is out of everybody's reach, and a job deletes
 * it, since it may be much.
 */
export async function leaveConversation(
  { stores }: Pick<LeaveParts, 'stores'>,
  { id, owner_id }: LockedConversation,
  { me, transaction }: Leaving,
): Promise<void> {
  const sql = sqlIn(stores, transaction)
  await takeOut({ stores }, id, { me, transaction })
  const heir = await sql
    .selectFrom('conversation_member')
    .select('user_id')
    .where('conversation_id', '=', id)
    .orderBy('created_at')
    .orderBy('user_id')
    .limit(1)
    .executeTakeFirst()
  const conversations = stores.store('conversation')
  if (heir === undefined) {
    await conversations.update(id, { owner_id: null, join_code: null }, { transaction })
  } else if (owner_id === me) {
    await conversations.update(id, { owner_id: heir.user_id }, { transaction })
  }
}

/** With what it was told of the conversation, which it can't read any more. */
export async function takeOut(
  { stores }: Pick<LeaveParts, 'stores'>,
  conversation: string,
  { me, transaction }: Leaving,
): Promise<void> {
  for (const table of ['conversation_member', 'notification'] as const) {
    await sqlIn(stores, transaction)
      .deleteFrom(table)
      .where('conversation_id', '=', conversation)
      .where('user_id', '=', me)
      .execute()
  }
}

/**
 * Takes somebody who will be no more out of all conversations. Those of two people stay for the other, who can write there no more.
 * All are locked first and in one order, as everybody does who writes there: nothing else of the user may be locked before; but for those
 * that it came into meanwhile, for which it is called again.
 */
export async function leaveConversations(
  { stores, now }: LeaveParts,
  { me, transaction }: Leaving,
): Promise<void> {
  const sql = sqlIn(stores, transaction)
  const found = await sql
    .selectFrom('conversation')
    .select(['id', 'kind', 'owner_id'])
    .where(({ eb, or, exists, selectFrom }) =>
      or([
        eb('owner_id', '=', me),
        exists(
          selectFrom('conversation_member as m')
            .select('m.user_id')
            .whereRef('m.conversation_id', '=', 'conversation.id')
            .where('m.user_id', '=', me),
        ),
      ]),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  for (const conversation of found) {
    await leaveConversation({ stores }, conversation, { me, transaction })
    if (conversation.kind === 'direct') {
      await sql
        .updateTable('conversation_member')
        .set({ can_write: false, updated_at: new Date(now()).toISOString() })
        .where('conversation_id', '=', conversation.id)
        .execute()
    }
  }
}
