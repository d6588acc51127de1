/** Searches messages by their words. */
import Type from 'typebox'
import {
  action,
  perCaller,
  resultSchema,
  UnauthenticatedError,
  web,
} from '../../framework/index.ts'
import type { DomainStores } from '../domain-stores.ts'
import { findMessages } from '../message-search.ts'
import { message } from '../resources/message.ts'
import { UUID } from '../uuid.ts'
import { readOwnBatch } from './read-own.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 50
const MAX_PAGE = 100

/** Answers what the caller may read. */
export function searchMessagesAction(stores: Pick<DomainStores, 'queryable'>) {
  return action('search_messages', {
    description:
      'Messages that have the words, the best first: of the conversations of the caller, and of the public room. `"a phrase"`, `or` and `-without` are understood, not `-without` alone; the last word may be the beginning of one. Of very many messages the newest 2,000 are looked at.',
    input: Type.Object(
      {
        query: Type.String({ minLength: 1, maxLength: 200, examples: ['garden'] }),
        conversation_id: Type.Optional(UUID),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT })),
        page: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
      },
      { additionalProperties: false },
    ),
    output: Type.Object({
      results: Type.Array(resultSchema(message)),
      next_page: Type.Union([Type.Integer(), Type.Null()]),
    }),
    triggers: [web()],
    // It looks at many messages.
    limits: [perCaller({ count: 60, seconds: 60 })],
    examples: [{ name: 'A word', input: { query: 'garden' } }],
    async run({ query, conversation_id, limit = DEFAULT_LIMIT, page = 1 }, context) {
      const { caller, transaction } = context
      if (caller.subject === undefined) throw new UnauthenticatedError()
      const asked = { me: caller.subject, query, conversation: conversation_id, limit, page }
      const { keys, hasMore } = await findMessages(stores, asked, transaction)
      const results = [...(await readOwnBatch(message, keys, context))]
      return { results, next_page: hasMore && page < MAX_PAGE ? page + 1 : null }
    },
  })
}
