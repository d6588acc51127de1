/** Lets people read on, and know what is unread. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import type { Unread } from '../unread.ts'
import { UUID } from '../uuid.ts'

const EXAMPLE = '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01'
const COUNT = Type.Integer({ minimum: 0 })

/** Says how far the caller has read in a conversation. */
export function conversationMarkReadAction(unread: Unread) {
  return action('conversation_mark_read', {
    description:
      'The caller has read a conversation up to the message with that number: never less far than before, never farther than there are messages.',
    input: Type.Object(
      { conversation_id: UUID, number: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }) },
      { additionalProperties: false },
    ),
    output: Type.Object({ read_number: COUNT, unread: COUNT }),
    triggers: [web()],
    examples: [{ name: 'A message', input: { conversation_id: EXAMPLE, number: 12 } }],
    run({ conversation_id, number }, { caller: { subject }, transaction }) {
      if (subject === undefined) throw new UnauthenticatedError()
      return unread.read({ me: subject, conversation: conversation_id, number }, transaction)
    },
  })
}

/** Counts what the caller has not read. */
export function unreadCountsAction(unread: Unread) {
  return action('unread_counts', {
    description:
      'How many messages the caller has not read, in each conversation that has some. The total leaves out muted ones.',
    input: Type.Object({}, { additionalProperties: false }),
    output: Type.Object({
      total: COUNT,
      conversations: Type.Array(
        Type.Object({ conversation_id: UUID, unread: COUNT, muted: Type.Boolean() }),
      ),
    }),
    triggers: [web()],
    examples: [{ name: 'All', input: {} }],
    async run(_input, { caller: { subject }, transaction }) {
      if (subject === undefined) throw new UnauthenticatedError()
      const { total, conversations } = await unread.counts(subject, transaction)
      return { total, conversations: [...conversations] }
    },
  })
}
