/** What a database remembers of the migrations that made it. */

import { createHash } from 'node:crypto'
import { escapeLiteral } from 'pg'
import { DeclarationError } from '../errors.ts'
import { toObjects, type Queryable } from './database.ts'
import type { Migration } from './migrations.ts'

/** What a migration makes: the framework's own tables, those of the declarations in a new database, or what the app says. */
export type MigrationOrigin = 'framework' | 'tables' | 'app'

/** One migration that was run. Each origin counts for itself. */
export interface RecordedMigration {
  readonly origin: string
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** SQLSTATE of a script that found other migrations recorded than it was made for. */
export const MIGRATED_MEANWHILE = 'HF001'

/** Any number that only migrations lock: two processes that start at once must not both migrate. */
const LOCK = '7310402214790517363'

const STATE = `select coalesce(string_agg(origin || number || checksum, ',' order by origin, number), '') from holdfast_migration`

/** Every migration that was run here; none in a new database. */
export async function readRecorded(queryable: Queryable): Promise<readonly RecordedMigration[]> {
  const known = `select to_regclass('holdfast_migration') is not null`
  const { rows } = await queryable.query({ text: known, values: [] })
  if (rows[0]?.[0] !== true) return []
  const text =
    'select origin, number, name, checksum from holdfast_migration order by origin, number'
  return toObjects(await queryable.query({ text, values: [] })).map((row) => ({
    origin: String(row['origin']),
    number: Number(row['number']),
    name: String(row['name']),
    checksum: String(row['checksum']),
  }))
}

/** What a script of migrations begins with: alone from here on, and fails with MIGRATED_MEANWHILE if it no longer fits. */
export function beginSql(recorded: readonly RecordedMigration[]): string {
  const expected = recorded
    .map(({ origin, number, checksum }) => `${origin}${String(number)}${checksum}`)
    .join()
  return `
set local lock_timeout = '10min';
select pg_advisory_xact_lock(${LOCK});
create table if not exists holdfast_migration (
  origin text collate "C" not null,
  number integer not null,
  name text not null,
  checksum text collate "C" not null,
  applied_at timestamp(3) with time zone not null default now(),
  primary key (origin, number)
);
do $begin$ begin
  if (${STATE}) <> '${expected}' then
    raise exception 'migrated meanwhile' using errcode = '${MIGRATED_MEANWHILE}';
  end if;
end $begin$`
}

/** Records that a migration was run. */
export function recordSql(origin: MigrationOrigin, { number, name, sql }: Migration): string {
  return (
    'insert into holdfast_migration (origin, number, name, checksum) ' +
    `values ('${origin}', ${String(number)}, ${escapeLiteral(name)}, '${checksumOf(sql)}')`
  )
}

/**
 * Those that were not run here yet, lowest number first.
 * @throws DeclarationError when the database knows one that this program doesn't, or another one of that number
 */
export function pendingOf(
  origin: MigrationOrigin,
  recorded: readonly RecordedMigration[],
  known: readonly Migration[],
): readonly Migration[] {
  const done = recorded.filter((one) => one.origin === origin)
  for (const { number, name, checksum } of done) {
    const own = known.find((migration) => migration.number === number)
    const title = `${origin} migration ${String(number)} '${name}'`
    if (own === undefined) {
      throw new DeclarationError(
        `The database was made by a newer version: it has ${title}, which this program does not know. Start that version.`,
      )
    }
    if (checksumOf(own.sql) !== checksum) {
      throw new DeclarationError(
        `The ${title} was run here with other statements. Put back what it was, and add another migration.`,
      )
    }
  }
  return known.filter(({ number }) => !done.some((one) => one.number === number))
}

/** Tells whether a text is the same as before. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
