/** That an app's own queries run as they are typed, in a transaction too. */
import { sql } from 'kysely'
import t from 'tap'
import type { DatabaseOf } from '../../../framework/postgres/database-of.ts'
import { createKysely } from '../../../framework/postgres/kysely.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { samples } from '../../kit/sample-resources.ts'
import { emptySamples } from '../../kit/sql.ts'

type Samples = DatabaseOf<typeof samples>

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))
const kysely = createKysely<Samples>(database)

const ID = '00000000-0000-4000-8000-000000000001'
const thing = {
  id: ID,
  title: 'title',
  once: '',
  plain: '',
  choice: 'green',
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
} as const

t.test('values go in and come out in wire form', async (t) => {
  const values = {
    bigint: '9007199254740993',
    decimal: '1.50',
    int: 3,
    number: 0.1,
    boolean: true,
    json: [{ a: null }],
    secret: 'hush',
  }
  await kysely
    .insertInto('everything')
    .values({ ...thing, ...values })
    .execute()
  const row = await kysely.selectFrom('everything').selectAll().executeTakeFirstOrThrow()
  t.match(row, { ...thing, ...values })
  t.match(row._version, /^[0-9]+$/)
  const found = await kysely
    .selectFrom('everything')
    .select(['id', sql<number>`int + ${1}`.as('next')])
    .where('created_at', '<=', sql<string>`${new Date('2026-01-01T00:00:00Z')}`)
    .where('title', 'in', ['title', 'other'])
    .where('boolean', '=', true)
    .where('text', 'is', null)
    .execute()
  t.strictSame(found, [{ id: ID, next: 4 }])
  const bytes = await sql<{
    length: number
  }>`select length(${Buffer.from([0, 255])}::bytea)`.execute(kysely)
  t.same(bytes.rows, [{ length: 2 }])
})

t.test('it tells how many rows were written', async (t) => {
  const inserted = await kysely
    .insertInto('tag')
    .values([{ name: 'a' }, { name: 'b' }])
    .executeTakeFirst()
  t.equal(inserted.numInsertedOrUpdatedRows, 2n)
  const updated = await kysely
    .updateTable('tag')
    .set({ description: 'x' })
    .where('name', '=', 'a')
    .executeTakeFirst()
  t.equal(updated.numUpdatedRows, 1n)
  const streamed: unknown[] = []
  for await (const { name } of kysely.selectFrom('tag').select('name').orderBy('name').stream())
    streamed.push(name)
  t.same(streamed, ['a', 'b'])
  t.equal((await kysely.deleteFrom('tag').executeTakeFirst()).numDeletedRows, 2n)
})

t.test('within a transaction all or nothing is written', async (t) => {
  const failing = database.transaction(async (transaction) => {
    const within = createKysely<Samples>(transaction)
    await within.insertInto('tag').values({ name: 'a' }).execute()
    t.equal((await within.selectFrom('tag').selectAll().execute()).length, 1)
    throw new RangeError('enough')
  })
  await t.rejects(failing, /enough/)
  t.same(await kysely.selectFrom('tag').selectAll().execute(), [])
})

t.test("Kysely's own transactions are refused with what to use instead", async (t) => {
  const refused = kysely
    .transaction()
    .execute(async (trx) => trx.selectFrom('tag').selectAll().execute())
  await t.rejects(refused, { name: 'InternalError', message: /database\.transaction/ })
})

t.test('it can tell what tables there are', async (t) => {
  const tables = await kysely.introspection.getTables()
  t.ok(tables.some(({ name }) => name === 'everything'))
  await kysely.destroy()
})
