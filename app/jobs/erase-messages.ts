/** Deletes what a deleted account leaves that may be much: what was told, and what its user has written, when it is to go. */
import {
  afterCreate,
  CHANGE_PAYLOAD,
  job,
  onlyWhen,
  sql as text,
  type Transaction,
} from '../../framework/index.ts'
import { MESSAGES_GO } from '../delete-account.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { ERASE_BATCH, eraseRows } from '../erase-rows.ts'

/** What erasing needs. */
export interface EraseMessagesParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Whether a message is in a conversation that somebody is in. */
const HAS_READERS = text<boolean>`exists (
  select 1 from conversation_member as m where m.conversation_id = message.conversation_id)`

/**
 * What the user was told and others were told of it goes always, and so do earlier texts of its messages, which nobody else could read. Messages go as their author would delete them: those of conversations
 * that somebody is in become empty, others go; with reactions to them, earlier texts and files. Then the reactions of the user, and the
 * row of the user, unless an empty message needs it. One that was killed goes on.
 */
export function eraseMessagesJob(parts: EraseMessagesParts) {
  const { stores } = parts
  const trigger = onlyWhen(
    afterCreate('security_event'),
    ({ after }) => after?.['kind'] === 'account_deleted',
  )
  return job('erase_messages', {
    payload: CHANGE_PAYLOAD,
    triggers: [trigger],
    timeoutSeconds: 3600,
    concurrency: 1,
    async run({ after }, { signal }) {
      const user = String(after?.['subject_id'])
      const told = text<boolean>`(user_id = ${user} or actor_id = ${user})`
      await eraseRows(stores, { table: 'notification', by: 'id', where: told }, signal)
      const earlier = text<boolean>`message_id in (select id from message where author_id = ${user})`
      await eraseRows(stores, { table: 'message_version', by: 'id', where: earlier }, signal)
      if (after?.['detail'] !== MESSAGES_GO) return
      const within = <T>(erase: (...args: Erasing) => Promise<T>): Promise<T> =>
        stores.transactions.transaction((transaction) => erase(parts, user, transaction))
      while (await within(eraseMessages)) signal.throwIfAborted()
      const given = text<boolean>`user_id = ${user}`
      await eraseRows(stores, { table: 'message_reaction', by: 'message_id', where: given }, signal)
      await within(eraseUser)
    },
  })
}

type Erasing = [parts: EraseMessagesParts, user: string, transaction: Transaction]

/** @returns whether there may be more */
async function eraseMessages(
  { stores, now }: EraseMessagesParts,
  user: string,
  transaction: Transaction,
): Promise<boolean> {
  const sql = sqlIn(stores, transaction)
  const found = await sql
    .selectFrom('message')
    .select(['id', HAS_READERS.as('has_readers')])
    .where('author_id', '=', user)
    .where((row) => row.or([row.not(HAS_READERS), row('deleted_at', 'is', null)]))
    .orderBy('id')
    .limit(ERASE_BATCH)
    // Waits for reactions that are being made, and lets no more be.
    .forUpdate()
    .execute()
  const idsOf = (hasOthers: boolean) =>
    found.filter((one) => one.has_readers === hasOthers).map(({ id }) => id)
  const [gone, emptied] = [idsOf(false), idsOf(true)]
  if (emptied.length > 0) {
    const time = new Date(now()).toISOString()
    await sql
      .updateTable('message')
      .set({
        text: '',
        attachment_ids: text<string[]>`'[]'::jsonb`,
        deleted_at: time,
        updated_at: time,
      })
      .where('id', 'in', emptied)
      .execute()
    await sql.deleteFrom('message_version').where('message_id', 'in', emptied).execute()
    await sql.deleteFrom('message_reaction').where('message_id', 'in', emptied).execute()
    await sql.deleteFrom('attachment').where('message_id', 'in', emptied).execute()
  }
  if (gone.length > 0) await sql.deleteFrom('message').where('id', 'in', gone).execute()
  return found.length === ERASE_BATCH
}

async function eraseUser(
  { stores }: EraseMessagesParts,
  user: string,
  transaction: Transaction,
): Promise<void> {
  await sqlIn(stores, transaction)
    .deleteFrom('user')
    .where('id', '=', user)
    .where('deleted_at', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('message').select('id').where('author_id', '=', user))),
    )
    .execute()
}
