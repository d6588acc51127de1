/** Deletes what the user of a deleted account has written, when it is to go. */
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

/** What erasing needs. */
export interface EraseMessagesParts {
  readonly stores: DomainStores
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Of messages, in one transaction: nobody waits for it long. */
const BATCH = 200

/**
 * As their author would: those of conversations become empty, those of the public room go; with reactions to them, earlier texts and
 * files. Then the reactions of the user, and the row of the user, unless an empty message needs it. One that was killed goes on.
 */
export function eraseMessagesJob(parts: EraseMessagesParts) {
  const { transactions } = parts.stores
  const trigger = onlyWhen(
    afterCreate('security_event'),
    ({ after }) => after?.['kind'] === 'account_deleted' && after['detail'] === MESSAGES_GO,
  )
  return job('erase_messages', {
    payload: CHANGE_PAYLOAD,
    triggers: [trigger],
    timeoutSeconds: 3600,
    concurrency: 1,
    async run({ after }, { signal }) {
      const user = String(after?.['subject_id'])
      for (const erase of [eraseMessages, eraseReactions]) {
        while (await transactions.transaction((transaction) => erase(parts, user, transaction))) {
          signal.throwIfAborted()
        }
      }
      await transactions.transaction((transaction) => eraseUser(parts, user, transaction))
    },
  })
}

/** @returns whether there may be more */
async function eraseMessages(
  { stores, now }: EraseMessagesParts,
  user: string,
  transaction: Transaction,
): Promise<boolean> {
  const sql = sqlIn(stores, transaction)
  const found = await sql
    .selectFrom('message')
    .select(['id', 'conversation_id'])
    .where('author_id', '=', user)
    .where((row) => row.or([row('conversation_id', 'is', null), row('deleted_at', 'is', null)]))
    .orderBy('id')
    .limit(BATCH)
    // Waits for reactions that are being made, and lets no more be.
    .forUpdate()
    .execute()
  const idsOf = (isPublic: boolean) =>
    found.filter((one) => (one.conversation_id === null) === isPublic).map(({ id }) => id)
  const [gone, emptied] = [idsOf(true), idsOf(false)]
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
  return found.length === BATCH
}

async function eraseReactions(
  { stores }: EraseMessagesParts,
  user: string,
  transaction: Transaction,
): Promise<boolean> {
  const sql = sqlIn(stores, transaction)
  const some = sql
    .selectFrom('message_reaction')
    .select('message_id')
    .where('user_id', '=', user)
    .limit(BATCH)
  const { numDeletedRows } = await sql
    .deleteFrom('message_reaction')
    .where('user_id', '=', user)
    .where('message_id', 'in', some)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
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
