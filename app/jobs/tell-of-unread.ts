/** Tells members of messages that they have not read. */
import Type from 'typebox'
import { job, type Transaction } from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { lockUndeleted } from '../lock-undeleted.ts'
import type { Notifier } from '../notifications.ts'

/** What telling needs. */
export interface TellOfUnreadParts {
  readonly stores: DomainStores
  readonly notifier: Notifier
}

/**
 * Tells all members of a conversation that have not read a message so far, but for those that mute. One is told once until it reads, and
 * not of what it was told otherwise.
 */
export function tellOfUnreadJob({ stores, notifier }: TellOfUnreadParts) {
  return job('tell_of_unread', {
    payload: Type.Object({ message: Type.String() }),
    run: ({ message }) =>
      stores.transactions.transaction(async (transaction) => {
        const written = await stores.store('message').read(message, { transaction })
        if (written === undefined) return
        const { author_id: actor, conversation_id: conversation, number } = written.item
        if (conversation === null || number === null) return
        if (!(await lockUndeleted(stores, message, transaction))) return
        const unread = { message, conversation, number }
        const users = await membersToTell(stores, unread, transaction)
        const about = { actor, message, conversation, kind: 'message' } as const
        await notifier.notifyAll(
          users.map((user) => ({ ...about, user })),
          transaction,
        )
      }),
  })
}

interface Unread {
  readonly message: string
  readonly conversation: string
  readonly number: number
}

/**
 * Their rows are held until the transaction ends: one that reads it meanwhile comes behind, and finds what it was told; so does who tells
 * them of another message.
 */
async function membersToTell(
  stores: DomainStores,
  { message, conversation, number }: Unread,
  transaction: Transaction,
): Promise<readonly string[]> {
  const sql = sqlIn(stores, transaction)
  const members = await sql
    .selectFrom('conversation_member')
    .select('user_id')
    .where('conversation_id', '=', conversation)
    .where('read_number', '<', number)
    .where('muted', '=', false)
    .orderBy('user_id')
    .forNoKeyUpdate()
    .execute()
  const told = await sql
    .selectFrom('notification')
    .select('user_id')
    // Each side has an index: what has been read in a conversation may be much.
    .where((row) =>
      row.or([
        row('message_id', '=', message),
        row.and([
          row('conversation_id', '=', conversation),
          row('is_read', '=', false),
          row('kind', '=', 'message'),
        ]),
      ]),
    )
    .execute()
  const isTold = new Set(told.map(({ user_id }) => user_id))
  return members.map(({ user_id }) => user_id).filter((user) => !isTold.has(user))
}
