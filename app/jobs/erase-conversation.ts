/** Deletes a conversation that its last member has left. */
import { afterDelete, CHANGE_PAYLOAD, job, sql, type Transaction } from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { eraseRows } from '../erase-rows.ts'

/**
 * Set off by each member that goes. What was told of the conversation, reactions and messages go in batches, and the conversation last:
 * one that was killed goes on.
 */
export function eraseConversationJob(stores: DomainStores) {
  const { transactions } = stores
  return job('erase_conversation', {
    payload: CHANGE_PAYLOAD,
    triggers: [afterDelete('conversation_member')],
    timeoutSeconds: 3600,
    concurrency: 1,
    async run({ before }, { signal }) {
      const conversation = String(before?.['conversation_id'])
      const isErasable = await transactions.transaction((transaction) =>
        isLeft(stores, conversation, transaction),
      )
      if (!isErasable) return
      const where = sql<boolean>`conversation_id = ${conversation}`
      for (const erasure of [
        { table: 'notification', by: 'id', where },
        { table: 'message_reaction', by: 'message_id', where },
        // With earlier texts and files. Answers before what they answer: else each of them would be written once more.
        { table: 'message', by: 'id', where, highestFirst: 'number' },
      ] as const) {
        await eraseRows(stores, erasure, signal)
      }
      await stores.store('conversation').delete(conversation)
    },
  })
}

/** Whether it is there, and nobody is in it; then nobody comes in any more either. */
async function isLeft(
  stores: DomainStores,
  conversation: string,
  transaction: Transaction,
): Promise<boolean> {
  const found = await sqlIn(stores, transaction)
    .selectFrom('conversation')
    .select('id')
    .where('id', '=', conversation)
    .where('join_code', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('conversation_member')
            .select('user_id')
            .where('conversation_id', '=', conversation),
        ),
      ),
    )
    .executeTakeFirst()
  return found !== undefined
}
