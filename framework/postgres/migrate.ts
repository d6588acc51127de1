/** Brings a database to what this program declares, by numbered migrations that are recorded, or refuses. */

import { DeclarationError, ResourceError, UnavailableError } from '../errors.ts'
import type { Registry } from '../resource/registry.ts'
import type { Database } from './database.ts'
import { addExtensionSql, extensionsOf, missingExtensions } from './extensions.ts'
import {
  beginSql,
  MIGRATED_MEANWHILE,
  pendingOf,
  readRecorded,
  recordSql,
  type MigrationOrigin,
  type RecordedMigration,
} from './migration-record.ts'
import { FRAMEWORK_MIGRATIONS, type Migration } from './migrations.ts'
import {
  installSql,
  missingTriggers,
  triggersOf,
  UNINSTALL_SQL,
  type TableTriggers,
} from './outbox-install.ts'
import { sqlStateOf } from './postgres-error.ts'
import { proveUnchanged, recordTablesSql } from './table-record.ts'
import { proveShapeSql } from './table-shape.ts'
import { createTableSql, tablesOf, type TableSql } from './table.ts'

/** What to migrate to. */
export interface MigrateOptions {
  readonly registry: Registry
  /**
   * The app's own migrations, which bring the tables of a database in use to what the declarations now say. Once one was run
   * anywhere it is never changed. A new database doesn't run them: its tables are made as declared. What they change is not told
   * row by row: everyone who follows the log reads anew.
   */
  readonly migrations?: readonly Migration[]
}

/** One part of a migration: what it does, for people, and how. */
interface Step {
  readonly title: string
  readonly sql: string
}

/**
 * Migrates in one transaction, and alone: everything or nothing. Nothing is written when nothing is new.
 * @returns what was done, for people; empty when nothing was new
 * @throws DeclarationError when the database is newer than this program, a migration was changed after it was run, a statement of
 * one fails, or the declarations have changed and no migration makes the tables follow
 */
export async function migrate(
  database: Database,
  { registry, migrations = [] }: MigrateOptions,
): Promise<readonly string[]> {
  const own = sortedMigrations(migrations)
  const tables = tablesOf(registry)
  const triggers = triggersOf(registry)
  const plan = async (recorded: readonly RecordedMigration[]): Promise<readonly Step[]> => {
    const framework = pendingOf('framework', recorded, FRAMEWORK_MIGRATIONS)
    const isNew = !recorded.some(({ origin }) => origin === 'tables')
    const pending = isNew ? [] : pendingOf('app', recorded, own)
    if (!isNew && pending.length === 0) await proveUnchanged(database, tables)
    const isChanged = isNew || pending.length > 0
    const missing = isChanged ? triggers : await missingTriggers(database, triggers)
    const extensions = isChanged ? await missingExtensions(database, extensionsOf(registry)) : []
    return [
      ...extensions.map((name) => ({ title: `extension ${name}`, sql: addExtensionSql(name) })),
      ...framework.map((migration) => ({
        title: migration.name,
        sql: withRecord('framework', migration),
      })),
      ...(isNew ? createSteps(tables, own) : updateSteps(tables, pending)),
      ...triggerSteps(missing),
    ]
  }
  return run(database, plan)
}

function sortedMigrations(migrations: readonly Migration[]): readonly Migration[] {
  const sorted = migrations.toSorted((one, other) => one.number - other.number)
  sorted.forEach(({ number, name }, at) => {
    if (!Number.isInteger(number) || number < 1 || sorted[at + 1]?.number === number) {
      throw new DeclarationError(
        `Migration ${String(number)} '${name}': numbers are whole, from 1, and none is there twice.`,
      )
    }
  })
  return sorted
}

/** Makes every table as it is declared now, and records the app's migrations as run: what they do is in the declarations. */
function createSteps(tables: readonly TableSql[], own: readonly Migration[]): readonly Step[] {
  const sql = createTableSql(tables).join(';\n')
  const records = [
    recordSql('tables', { number: 1, name: 'tables as declared', sql }),
    ...own.map((migration) => recordSql('app', migration)),
    recordTablesSql(tables),
  ]
  const title = `tables ${tables.map(({ name }) => name).join(', ')}`
  return [{ title, sql: [sql, ...records].join(';\n') }]
}

function updateSteps(tables: readonly TableSql[], pending: readonly Migration[]): readonly Step[] {
  return pending.map((migration, at) => {
    const own = withRecord('app', migration)
    const before = at === 0 ? [UNINSTALL_SQL] : []
    const after =
      at < pending.length - 1
        ? []
        : [
            proveShapeSql(tables),
            recordTablesSql(tables),
            'update holdfast_feed set epoch = holdfast_new_epoch()',
          ]
    return { title: migration.name, sql: [...before, own, ...after].join(';\n') }
  })
}

function triggerSteps(triggers: readonly TableTriggers[]): readonly Step[] {
  if (triggers.length === 0) return []
  const title = `triggers of ${triggers.map(({ table }) => table).join(', ')}`
  return [{ title, sql: triggers.map(installSql).join(';\n') }]
}

/** On a line of its own, because the SQL may end in a comment. */
function withRecord(origin: MigrationOrigin, migration: Migration): string {
  return `${migration.sql}\n;\n${recordSql(origin, migration)}`
}

type Plan = (recorded: readonly RecordedMigration[]) => Promise<readonly Step[]>

/** Plans and runs; plans again when another process has migrated between the two. */
async function run(database: Database, plan: Plan): Promise<readonly string[]> {
  const recorded = await readRecorded(database)
  const steps = await plan(recorded)
  if (steps.length === 0) return []
  try {
    await database.script([beginSql(recorded), ...steps.map(({ sql }) => sql)].join(';\n'))
  } catch (error) {
    if (sqlStateOf(error) === MIGRATED_MEANWHILE) return run(database, plan)
    throw toDeclarationError(error, steps)
  }
  return steps.map(({ title }) => title)
}

/** What PostgreSQL says of the developer's SQL, or of SQL made from declarations, is for the developer. */
function toDeclarationError(error: unknown, steps: readonly Step[]): unknown {
  if (!(error instanceof ResourceError) || error instanceof UnavailableError) return error
  const reason = error.cause instanceof Error ? error.cause.message : error.message
  const titles = steps.map(({ title }) => title).join('; ')
  return new DeclarationError(
    `The database was not migrated (${titles}), nothing was changed: ${reason}.`,
    { cause: error },
  )
}
