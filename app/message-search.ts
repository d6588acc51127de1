/** Finds messages by their words, the best first. */
import { InvalidError, type Transaction } from '../framework/index.ts'
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
const LAST_WORD = /(?:^|\s)([\p{L}\p{M}\p{N}]+)$/u

/** Of how many, one's own and public ones each, the best are told: to judge one, its text is read word by word. */
const NEWEST = 2000

/** What is asked for, by words of any language as they stand; and what of it the index knows. */
const PARSE = `
select query, querytree(query) from (
  select websearch_to_tsquery('simple', $1)
    || case when $3::text is null then ''::tsquery
      else websearch_to_tsquery('simple', $2) && to_tsquery('simple', $3 || ':*') end as query
) as asked`

/** What the index answers for what it can't find anything by. https://www.postgresql.org/docs/current/textsearch-features.html */
const NOT_INDEXABLE = 'T'

/**
 * Only what the member reads is found: messages of its conversations, and of the public room. The index finds them ($2), without a look at
 * their texts; then the newest are looked at ($3). Steps are kept apart, and the question from the planner, which would rather read
 * every text when it knows that many have the words.
 */
const FIND = `
with asked as materialized (select $2::text::tsquery as indexed, $3::text::tsquery as query),
found as materialized (
  select m.id, m.created_at, m.conversation_id is null as is_public from message as m cross join asked
  where to_tsvector('simple', m.text) @@ asked.indexed and m.deleted_at is null
    and (m.conversation_id is null or exists (
      select 1 from conversation_member as own
      where own.conversation_id = m.conversation_id and own.user_id = $1::uuid))
    and ($4::uuid is null or m.conversation_id = $4::uuid)
),
newest as materialized (
  (select id from found where not is_public order by created_at desc, id desc limit ${String(NEWEST)})
  union all
  (select id from found where is_public order by created_at desc, id desc limit ${String(NEWEST)})
)
select m.id from newest join message as m using (id) cross join asked
  cross join lateral (select to_tsvector('simple', m.text) as words offset 0) as read
where read.words @@ asked.query
order by ts_rank(read.words, asked.query) desc, m.created_at desc, m.id desc
limit $5::int offset $6::int`

/**
 * The keys of a page of what was found: the best of the newest. Read them by the caller's own store: rights may change meanwhile.
 * @throws InvalidError that points at `/query`, for one that says of no word that messages have it
 */
export async function findMessages(
  { queryable }: Pick<DomainStores, 'queryable'>,
  { me, query, conversation, limit, page }: MessageQuery,
  transaction: Transaction,
): Promise<FoundMessages> {
  const sql = queryable(transaction)
  const asked = await parse(sql, query)
  const { rows } = await sql.query({
    name: 'app_find_messages',
    text: FIND,
    values: [
      me,
      indexedOf(asked),
      asked.query,
      conversation ?? null,
      String(limit + 1),
      String((page - 1) * limit),
    ],
  })
  const keys = rows.map(([id]) => String(id))
  return { keys: keys.slice(0, limit), hasMore: keys.length > limit }
}

/** A query as PostgreSQL has it. */
interface Asked {
  readonly query: string
  /** What of it must be there. */
  readonly tree: string
}

async function parse(sql: ReturnType<DomainStores['queryable']>, query: string): Promise<Asked> {
  const last = LAST_WORD.exec(query)
  const { rows } = await sql.query({
    name: 'app_parse_message_query',
    text: PARSE,
    values: [query, query.slice(0, last?.index ?? 0), last?.[1] ?? null],
  })
  const [parsed, tree] = (rows[0] ?? []).map(String)
  if (tree === NOT_INDEXABLE) {
    const detail =
      'must have a word to look for, on each side of an “or”; -without only leaves out some of what has it'
    throw new InvalidError([{ pointer: '/query', detail }])
  }
  return { query: parsed ?? '', tree: tree ?? '' }
}

/** The index knows which words are there, and not where: of a query with phrases it is asked for their words, and for no negations. */
function indexedOf({ query, tree }: Asked): string {
  const next = / <(?:-|\d+)> /g
  return next.test(query) ? tree.replace(next, ' & ') : query
}
