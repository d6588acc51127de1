/** That a database remembers which migrations made it, and a program that does not fit them is refused. */
import t from 'tap'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { FRAMEWORK_MIGRATIONS } from '../../../framework/postgres/migrations.ts'
import {
  pendingOf,
  readRecorded,
  checksumOf,
} from '../../../framework/postgres/migration-record.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { ADD_TITLE, after, before } from '../../kit/note-schema.ts'
import { execute } from '../../kit/sql.ts'

t.test('what was run is recorded with its number, name and checksum', async (t) => {
  const database = await openTestDatabase(t)
  t.same(await readRecorded(database), [], 'nothing in a new database')
  await migrate(database, { registry: after, migrations: [ADD_TITLE] })
  const [own, ...others] = await readRecorded(database)
  const checksum = checksumOf(ADD_TITLE.sql)
  t.same(own, { origin: 'app', number: 1, name: 'add title', checksum })
  const framework = FRAMEWORK_MIGRATIONS.map(({ number }) => ['framework', number])
  t.same(
    others.map(({ origin, number }) => [origin, number]),
    [...framework, ['tables', 1]],
  )
})

t.test('what was not run yet is pending, each origin by itself', (t) => {
  const recorded = [{ origin: 'app', number: 1, name: 'a', checksum: checksumOf('one') }]
  const [one, two] = [1, 2].map((number) => ({ number, name: 'a', sql: 'one' }))
  t.same(
    pendingOf(
      'app',
      recorded,
      [one, two].filter((migration) => migration !== undefined),
    ),
    [two],
  )
  t.same(
    pendingOf(
      'framework',
      recorded,
      [one].filter((migration) => migration !== undefined),
    ),
    [one],
  )
  t.end()
})

t.test('a program that is older than the database is refused', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: after, migrations: [ADD_TITLE] })
  const message = /made by a newer version: it has app migration 1 'add title'/
  await t.rejects(migrate(database, { registry: before }), { name: 'DeclarationError', message })
  await execute(
    database,
    `insert into holdfast_migration (origin, number, name, checksum) values ('framework', 999, 'later', '')`,
  )
  await t.rejects(migrate(database, { registry: after, migrations: [ADD_TITLE] }), {
    name: 'DeclarationError',
    message: /newer version: it has framework migration 999 'later'/,
  })
})

t.test('a migration that was changed after it was run is refused', async (t) => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: after, migrations: [ADD_TITLE] })
  const migrations = [{ ...ADD_TITLE, sql: `${ADD_TITLE.sql} ` }]
  const message = /app migration 1 'add title' was run here with other statements/
  await t.rejects(migrate(database, { registry: after, migrations }), {
    name: 'DeclarationError',
    message,
  })
})
