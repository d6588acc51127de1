/** Numbers the messages of a conversation: 1, 2, 3, … */
import type { Queryable } from '../framework/index.ts'

/** Who writes where. */
export interface NextNumber {
  /** The conversation's id, as it was sent. */
  readonly conversation: unknown
  readonly author: string | undefined
  /** In wire form. */
  readonly time: string
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Counts the conversation up, and lets its author have read so far. The row is locked until the transaction ends: numbers are given
 * in the order in which messages are committed, and none is left out.
 */
const TEXT = `
with counted as (
  update conversation as c
  set message_count = c.message_count + 1,
    last_message_at = greatest(c.last_message_at, $3::timestamptz), updated_at = $3::timestamptz
  where c.id = $1::uuid and exists (
    select 1 from conversation_member as m
    where m.conversation_id = c.id and m.user_id = $2::uuid and m.can_write)
  returning c.id, c.message_count
), having_read as (
  update conversation_member as m
  set read_number = counted.message_count, updated_at = $3::timestamptz
  from counted where m.conversation_id = counted.id and m.user_id = $2::uuid
)
select message_count from counted`

/**
 * The number of the message that is written next in this transaction. The rules of messages still have to permit it.
 * @returns undefined when the author may write in no such conversation
 */
export async function nextNumber(
  transaction: Queryable,
  { conversation, author, time }: NextNumber,
): Promise<number | undefined> {
  if (typeof conversation !== 'string' || !ID.test(conversation) || author === undefined) {
    return undefined
  }
  const values = [conversation, author, time]
  const { rows } = await transaction.query({ name: 'app_next_number', text: TEXT, values })
  const [count] = rows[0] ?? []
  return typeof count === 'number' ? count : undefined
}
