/** Short ways to ask a database in tests, with SQL that the stores know nothing of. */

import type { Cell, Queryable } from '../../framework/postgres/database.ts'

/** Runs one statement without values. */
export async function execute(database: Queryable, text: string): Promise<void> {
  await database.query({ text, values: [] })
}

/** The first column of every row. */
export async function column(database: Queryable, text: string): Promise<readonly Cell[]> {
  return (await database.query({ text, values: [] })).rows.map(([cell]) => cell)
}

/** The first column of the first row. */
export async function cell(database: Queryable, text: string): Promise<Cell> {
  return (await column(database, text))[0]
}

/** Waits until somebody waits for what this transaction has locked; on a server, for where there is one connection nobody can. */
export async function untilBlocking(transaction: Queryable): Promise<void> {
  const text = `select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
  let blocked = 0
  while (blocked === 0) blocked = Number(await cell(transaction, text))
}

/** Everything that a migration could change, as one value. */
export async function schemaState(database: Queryable): Promise<Cell> {
  return cell(
    database,
    `select jsonb_agg(line order by line) from (
      select 'migration ' || m::text as line from holdfast_migration m
      union all select 'class ' || oid || relname || xmin::text from pg_class where relnamespace = current_schema()::regnamespace
      union all select 'trigger ' || oid || tgname from pg_trigger
      union all select 'feed ' || f::text from holdfast_feed f
      union all select 'table ' || f::text from holdfast_table f) line`,
  )
}

/** Takes every row out of the tables of `samples` and what was told of them, so that the next test finds a database as new. */
export async function emptySamples(database: Queryable): Promise<void> {
  await execute(
    database,
    `truncate everything, tag, place, note, mark, holdfast_outbox, holdfast_log, holdfast_consumer, holdfast_idempotency,
      holdfast_limit
      restart identity`,
  )
  await execute(database, `update holdfast_feed set position = 0, epoch = holdfast_new_epoch()`)
}
