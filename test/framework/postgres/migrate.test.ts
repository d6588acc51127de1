/** That a database is brought to what is declared: once, whole, and by one process alone. */
import t from 'tap'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { FRAMEWORK_MIGRATIONS } from '../../../framework/postgres/migrations.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { ADD_TITLE, after, before } from '../../kit/note-schema.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, execute, schemaState } from '../../kit/sql.ts'

t.test('a new database gets the tables as declared; a second start changes nothing', async (t) => {
  const database = await openTestDatabase(t)
  const done = await migrate(database, { registry: samples })
  t.match(done.join('; '), /tables .*everything.*; triggers of .*everything/)
  const state = await schemaState(database)
  t.same(await migrate(database, { registry: samples }), [])
  t.same(await schemaState(database), state)
  t.equal(await cell(database, 'select count(*)::int from everything'), 0)
})

t.test('starts at once migrate once', async (t) => {
  const database = await openTestDatabase(t)
  const done = await Promise.all([1, 2, 3].map(() => migrate(database, { registry: samples })))
  t.equal(done.filter((titles) => titles.length > 0).length, 1)
  const recorded = await cell(database, `select count(*)::int from holdfast_migration`)
  t.equal(recorded, FRAMEWORK_MIGRATIONS.length + 1)
})

t.test("the app's own migration runs once, and begins a new epoch", async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  await execute(database, `insert into note (id, text) values (gen_random_uuid(), '')`)
  const epoch = await cell(database, 'select epoch from holdfast_feed')
  const options = { registry: after, migrations: [ADD_TITLE] }
  t.same(await migrate(database, options), ['add title', 'triggers of note'])
  t.match(await cell(database, 'select title from note'), /^of /)
  t.not(await cell(database, 'select epoch from holdfast_feed'), epoch)
  t.same(await migrate(database, options), [])
  await execute(database, `update note set title = 'x'`)
  const latest = `select after->>'title' from holdfast_outbox order by id desc`
  t.equal(await cell(database, latest), 'x', 'the triggers know what was added')
})

t.test('migrations run in the order of their numbers, also when one came later', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  const third = { number: 3, name: 'third', sql: `update note set text = text || '3'` }
  const migrations = [third, { ...third, number: 2, name: 'second' }, ADD_TITLE]
  const done = await migrate(database, { registry: after, migrations })
  t.same(done, ['add title', 'second', 'third', 'triggers of note'])
  const fourth = { ...third, number: 4, name: 'fourth' }
  const late = await migrate(database, { registry: after, migrations: [fourth, ...migrations] })
  t.same(late, ['fourth', 'triggers of note'])
})

t.test('a new database is made as declared and runs no migration of the app', async (t) => {
  const database = await openTestDatabase(t)
  const options = { registry: after, migrations: [ADD_TITLE] }
  await migrate(database, options)
  t.same(await migrate(database, options), [])
})

t.test('a migration that fails changes nothing, and tells what PostgreSQL says', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: before })
  const state = await schemaState(database)
  const sql = `${ADD_TITLE.sql}\n;alter table nothing add column title text`
  const message = /\(add title; .*nothing was changed: relation "nothing" does not exist/
  const failing = migrate(database, { registry: after, migrations: [{ ...ADD_TITLE, sql }] })
  await t.rejects(failing, { name: 'DeclarationError', message })
  t.same(await schemaState(database), state)
})

t.test('numbers of migrations are whole, positive and not repeated', async (t) => {
  const database = await openTestDatabase(t)
  const run = (...numbers: readonly number[]) =>
    migrate(database, {
      registry: after,
      migrations: numbers.map((number) => ({ ...ADD_TITLE, number })),
    })
  for (const numbers of [[0], [1.5], [1, 2, 1]]) {
    await t.rejects(run(...numbers), { name: 'DeclarationError' }, numbers.join())
  }
  await t.resolves(run(2, 1))
})

t.test('tables that are there already and not ours are refused', async (t) => {
  const database = await openTestDatabase(t)
  await execute(database, 'create table note (x text)')
  const message = /nothing was changed: relation "note" already exists/
  await t.rejects(migrate(database, { registry: before }), { name: 'DeclarationError', message })
  t.equal(await cell(database, `select to_regclass('holdfast_log')`), null)
})
