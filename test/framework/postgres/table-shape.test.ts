/** That the app's migrations are held to what the declarations say. */
import t from 'tap'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { ADD_TITLE, after, before } from '../../kit/note-schema.ts'
import { samples } from '../../kit/sample-resources.ts'
import { column, schemaState } from '../../kit/sql.ts'

const add = 'alter table note add column title'

t.test('a migration that leaves the tables other than declared changes nothing', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  const state = await schemaState(database)
  const cases: readonly (readonly [string, RegExp])[] = [
    ['select 1', /lacking: note: column title text collate "C"/],
    [`${add} text collate "C" not null`, /lacking: note: column title text collate "C";/],
    [`${add} integer`, /lacking: .*; not declared: note: column title integer/],
    [`${add} text collate "C"; alter table note add more text`, /not declared: note: column more/],
    [`${add} text collate "C"; alter table note drop constraint note_pkey`, /lacking: .* PRIMARY/],
  ]
  for (const [sql, message] of cases) {
    const migrations = [{ ...ADD_TITLE, sql }]
    const name = 'DeclarationError'
    await t.rejects(migrate(database, { registry: after, migrations }), { name, message }, sql)
    t.same(await schemaState(database), state, sql)
  }
})

t.test('what a table has besides, columns aside, is left alone', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  const sql = `${add} text collate "C"; create index own on note (title); alter table note add check (text <> '')`
  await t.resolves(migrate(database, { registry: after, migrations: [{ ...ADD_TITLE, sql }] }))
  const temporary = `select relname from pg_class where relnamespace = pg_my_temp_schema()`
  t.same(await column(database, temporary), [], 'nothing is left of the comparison')
})

t.test('every kind of column, constraint and index is as declared', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: samples })
  const migrations = [{ number: 1, name: 'nothing', sql: 'select 1' }]
  await t.resolves(migrate(database, { registry: samples, migrations }))
  const cases = [
    ['alter table note alter number drop identity', /generated always as identity/],
    ['alter table everything alter _version drop default', /column _version .* default nextval/],
    ['alter table everything alter "local" type text', /column local text collate "und-x-icu"/],
    ['drop index everything_created_at_idx', /index everything_created_at_idx/],
    [
      'alter table everything drop constraint everything_code_key',
      /constraint everything_code_key/,
    ],
    [
      'alter table mark drop constraint mark_tag_name_fkey; ' +
        'alter table mark add constraint mark_tag_name_fkey foreign key (tag_name) references tag (name)',
      /lacking: mark: constraint mark_tag_name_fkey .* ON DELETE CASCADE/,
    ],
  ] as const
  for (const [sql, message] of cases) {
    const further = [...migrations, { number: 2, name: 'wrong', sql }]
    await t.rejects(migrate(database, { registry: samples, migrations: further }), { message }, sql)
  }
})
