/** Finds people by their names, also when they are written a little wrong. */
import type { Authorization, Stores } from '../framework/index.ts'

/** Finds people. */
export interface PeopleSearch {
  /**
   * The keys of those whose username, or full name where the caller may read it, is like the query: best first. Names that the
   * caller may not read change neither who is found nor in which order. Whoever has blocked the caller is not found.
   * @param query two characters or more
   */
  find(query: string, caller: Authorization, limit: number): Promise<readonly string[]>
}

/** How much of the trigrams of what is sought must be in a part of a name, from 0 to 1. PostgreSQL's own 0.6 does not forgive two wrong letters of five. */
const WORD_SIMILARITY = 0.4

/** Searches by trigrams. */
export function createPeopleSearch(database: Stores['database']): PeopleSearch {
  return Object.freeze<PeopleSearch>({
    async find(query, { subject, scopes }, limit) {
      const sought = foldCase(query)
      const part = `%${sought.replace(/[\\%_]/g, '\\$&')}%`
      const isAdmin = String(scopes.has('admin'))
      return database.transaction(async (transaction) => {
        await transaction.query({ text: SET_SIMILARITY, values: [String(WORD_SIMILARITY)] })
        const values = [sought, part, subject ?? null, isAdmin, String(limit)]
        const { rows } = await transaction.query({ text: FIND, values })
        return rows.map(([id]) => String(id))
      })
    },
  })
}

const SET_SIMILARITY = `select set_config('pg_trgm.word_similarity_threshold', $1, true)`

const isLike = (name: string): string => `(${name} %> $1::text or ${name} like $2::text)`
/** What begins with the query comes before what holds it, and both before what is only similar. */
const scoreOf = (name: string): string => `
  case when ${name} = $1::text then 3 when starts_with(${name}, $1::text) then 2 when ${name} like $2::text then 1 else 0 end
  + greatest(similarity(${name}, $1::text), word_similarity($1::text, ${name}))`

const USERNAME = 'lower(u.username collate "C")'
const FULL_NAME = 'lower(u.full_name collate "C")'
/** The rule of the store factory of users, apart from blocking, which hides the whole person here. */
const IS_SHOWN = `($4::boolean or u.id = $3::uuid or u.full_name_visibility = 'everyone'
  or u.full_name_visibility = 'friends' and exists (select from friendship f
    where f.other_id = u.id and f.user_id = $3::uuid and f.state = 'friends'))`

/**
 * $1 what is sought, $2 the same as a part for `like`, $3 who seeks, $4 whether it is an admin, $5 how many. Both comparisons follow the trigram
 * indexes; that of parts finds letters that trigrams know nothing of in the database's locale.
 */
const FIND = `
select u.id from "user" u
where u.deleted_at is null and (${isLike(USERNAME)} or ${isLike(FULL_NAME)} and ${IS_SHOWN})
  and ($4::boolean or not exists (select from friendship f
    where f.user_id = u.id and f.other_id = $3::uuid and f.state = 'blocked'))
order by greatest(${scoreOf(USERNAME)}, case when ${IS_SHOWN} then ${scoreOf(FULL_NAME)} end) desc, u.username
limit $5::int`

/** As filters fold it: A to Z alone. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
