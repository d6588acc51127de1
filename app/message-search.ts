/** Finds messages by their words, the best first. */
import type { Transaction } from '../framework/index.ts'
import type { DomainStores } from './domain-stores.ts'

/** What is looked for, by whom. */
export interface MessageQuery {
  readonly me: string
  /** As search engines take it: words, "phrases", or, -without. The last word may be the beginning of one. */
  readonly query: string
  /** Undefined: all conversations of mine, and the public room. */
  readonly conversation: string | undefined
  readonly limit: number
  /** From 1. */
  readonly page: number
}

/** Keys of messages, and whether there are more. */
export interface FoundMessages {
  readonly keys: readonly string[]
  readonly hasMore: boolean
}

/** The last word, when nothing but a space comes before it, and nothing after. */
const LAST_WORD = /(?:^|\s)([\p{L}\p{N}]+)$/u

/**
 * Words of any language, as they stand. Only what the member reads is found: messages of its conversations, and of the public room.
 */
const TEXT = `
with asked as (
  select websearch_to_tsquery('simple', $2)
    || case when $4::text is null then ''::tsquery
      else websearch_to_tsquery('simple', $3) && to_tsquery('simple', $4 || ':*') end as query
)
select m.id from message as m cross join asked
where to_tsvector('simple', m.text) @@ asked.query and m.deleted_at is null
  and (m.conversation_id is null or exists (
    select 1 from conversation_member as own
    where own.conversation_id = m.conversation_id and own.user_id = $1::uuid))
  and ($5::uuid is null or m.conversation_id = $5::uuid)
order by ts_rank(to_tsvector('simple', m.text), asked.query) desc, m.created_at desc, m.id desc
limit $6::int offset $7::int`

/** The keys of a page of what was found. Read them by the caller's own store: rights may change meanwhile. */
export async function findMessages(
  { queryable }: Pick<DomainStores, 'queryable'>,
  { me, query, conversation, limit, page }: MessageQuery,
  transaction: Transaction,
): Promise<FoundMessages> {
  const found = LAST_WORD.exec(query)
  const { rows } = await queryable(transaction).query({
    name: 'app_find_messages',
    text: TEXT,
    values: [
      me,
      query,
      query.slice(0, found?.index ?? 0),
      found?.[1] ?? null,
      conversation ?? null,
      String(limit + 1),
      String((page - 1) * limit),
    ],
  })
  const keys = rows.map(([id]) => String(id))
  return { keys: keys.slice(0, limit), hasMore: keys.length > limit }
}
