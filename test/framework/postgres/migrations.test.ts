/** That the framework's own functions hold what every table relies on. */
import t from 'tap'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { FRAMEWORK_MIGRATIONS } from '../../../framework/postgres/migrations.ts'
import { sqlStateOf } from '../../../framework/postgres/postgres-error.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, column, execute, emptySamples } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

t.test('migrations are numbered from 1 without a gap', (t) => {
  const numbers = FRAMEWORK_MIGRATIONS.map(({ number }) => number)
  t.same(numbers, FRAMEWORK_MIGRATIONS.map((_, at) => at + 1)) // prettier-ignore
  t.end()
})

t.test('every write of a row brings a new version, whoever writes', async (t) => {
  const versions = new Set<unknown>()
  const take = async (): Promise<void> => {
    versions.add(await cell(database, 'select _version from everything'))
  }
  await execute(database, `insert into tag (name) values ('a')`)
  await execute(
    database,
    `insert into everything (id, title, choice, once, plain, tag_name, created_at, updated_at)
      values (gen_random_uuid(), 't', 'red', '', '', 'a', now(), now())`,
  )
  await take()
  await execute(database, `update everything set title = 'u'`)
  await take()
  await execute(
    database,
    `update everything set title = 'v', _version = nextval('holdfast_version')`,
  )
  await take()
  await execute(database, `delete from tag`)
  t.equal(await cell(database, 'select tag_name from everything'), null)
  await take()
  t.equal(versions.size, 4)
})

t.test('a key never changes', async (t) => {
  await execute(database, `insert into place (country, number, title) values ('ch', 1, '')`)
  const change = execute(database, `update place set number = 2`)
  const error = await change.then(() => undefined, (error: unknown) => error) // prettier-ignore
  t.equal(sqlStateOf(error), '23000')
  await t.resolves(execute(database, `update place set number = 1, country = 'ch', title = 'x'`))
  t.same(await column(database, 'select number from place'), [1])
})

t.test(
  'a truncated table begins a new epoch, and what was about to be told of it is void',
  async (t) => {
    const database = await openTestDatabase(t)
    await migrate(database, { registry: samples })
    await execute(database, `insert into tag (name) values ('a')`)
    await execute(database, `insert into place (country, number, title) values ('ch', 1, '')`)
    const epoch = await cell(database, 'select epoch from holdfast_feed')
    await execute(database, 'truncate tag, mark, note, everything')
    t.not(await cell(database, 'select epoch from holdfast_feed'), epoch)
    t.match(await cell(database, 'select epoch from holdfast_feed'), /^[a-z0-9]{12}$/)
    t.same(await column(database, 'select resource from holdfast_outbox'), ['place'])
  },
)
