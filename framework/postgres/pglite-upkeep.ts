/** Does for PGlite, from time to time, what a server's autovacuum and checkpointer do by themselves. */

import type { Queryable } from './database.ts'
import { toResourceError } from './postgres-error.ts'
import { command } from './run-transaction.ts'

/** Where upkeep is done. */
export interface UpkeepDatabase extends Queryable {
  /** Runs one statement outside a transaction, for as long as it takes. */
  runAlone(text: string): Promise<unknown>
}

/** When upkeep is done. */
export interface UpkeepOptions {
  /** Time from the end of a round to the next. */
  readonly intervalMs: number
  readonly onError: (error: Error) => void
}

/** Most tables of one round: nobody else is served while one is vacuumed. */
const MAX_TABLES = 4

/**
 * The outbox, whose every row dies young, and the tables that changed most since they were looked at: by 50 rows and a tenth,
 * as autovacuum would have it.
 */
const DUE = command(`
  select format('vacuum (analyze) %I.%I', schemaname, s.relname)
  from pg_stat_user_tables s
    join pg_class c on c.oid = s.relid
    cross join lateral (select greatest(n_dead_tup, n_mod_since_analyze) as changes) as sum
  where s.relname = 'holdfast_outbox' or changes > 50 + 0.1 * greatest(reltuples, 0)
  order by s.relname = 'holdfast_outbox' desc, changes desc
  limit ${MAX_TABLES}`)

/** Begins. @returns what ends it; a round that is at work then may fail, and is not told of */
export function startUpkeep(
  database: UpkeepDatabase,
  { intervalMs, onError }: UpkeepOptions,
): () => void {
  let isStopped = false
  let timer = setTimeout(round, intervalMs)
  function round(): void {
    void keepUp(database)
      .catch((error: unknown) => {
        if (!isStopped) onError(toResourceError(error))
      })
      .finally(() => {
        if (!isStopped) timer = setTimeout(round, intervalMs)
      })
  }
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

/** One round. Without it dead rows slow every read down, the planner guesses, and the write-ahead log grows until the end. */
export async function keepUp({ query, runAlone }: UpkeepDatabase): Promise<void> {
  // Else the counts come in when the connection has been idle for long, which the only one may never be.
  await query(command('select pg_stat_force_next_flush()'))
  const { rows } = await query(DUE)
  for (const [vacuum] of rows) await runAlone(String(vacuum))
  await query(command('checkpoint'))
}
