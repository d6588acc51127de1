/** Finds the tables whose outbox triggers are not those of their declaration, and puts the right ones on. */

import type { Registry } from '../resource/registry.ts'
import type { Queryable } from './database.ts'
import { checksumOf } from './migration-record.ts'
import { outboxFunctionName, outboxSql } from './outbox.ts'

/** The triggers that one table should have. */
export interface TableTriggers {
  readonly table: string
  readonly sql: string
  readonly checksum: string
}

/** The triggers of every table, as they should be. */
export function triggersOf(registry: Registry): readonly TableTriggers[] {
  return registry.list.map((resource) => {
    const sql = outboxSql(resource).join(';\n')
    return { table: resource.name, sql, checksum: checksumOf(sql) }
  })
}

/** Those that the database does not have. A checksum in the comment on their function tells which ones it has. */
export async function missingTriggers(
  queryable: Queryable,
  wanted: readonly TableTriggers[],
): Promise<readonly TableTriggers[]> {
  const { rows } = await queryable.query({
    text: `select c.relname, obj_description(t.tgfoid, 'pg_proc')
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where t.tgname = 'holdfast_outbox_write' and c.relnamespace = current_schema()::regnamespace`,
    values: [],
  })
  const installed = new Map(rows.map(([table, checksum]) => [table, checksum]))
  return wanted.filter(({ table, checksum }) => installed.get(table) !== checksum)
}

/** SQL that gives one table its triggers, in place of those that it has. */
export function installSql({ table, sql, checksum }: TableTriggers): string {
  const comment = `comment on function ${outboxFunctionName(table)}() is '${checksum}'`
  return `select holdfast_drop_triggers('${table}');\n${sql};\n${comment}`
}

/** SQL that takes our triggers off all tables: a column that a trigger names can't be altered. */
export const UNINSTALL_SQL = 'select holdfast_drop_triggers(null)'
