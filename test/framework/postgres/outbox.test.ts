/** That every committed change of a row is in the outbox once, as stores show the row, and nothing else is. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import Type from 'typebox'
import { toObjects, type Database, type Parameter } from '../../../framework/postgres/database.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { outboxSql } from '../../../framework/postgres/outbox.ts'
import { toParameter } from '../../../framework/postgres/parameter.ts'
import type { ColumnType } from '../../../framework/resource/column-type.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { rounds } from '../../kit/rounds.ts'
import { everything, samples } from '../../kit/sample-resources.ts'
import { column, execute, emptySamples } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => !value.includes('\0'))
const digits = fc.stringMatching(/^[1-9][0-9]{0,30}$/)
const day = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})

/** Values of each kind of column, in wire form, the odd ones often. */
const VALUES: Readonly<Record<ColumnType, fc.Arbitrary<unknown>>> = {
  text: fc.oneof(
    text,
    fc.constantFrom('', ' ', '"\\/\b\f\n\r\t', '\u007f\u2028', '👨‍👩‍👧', '{"a":1}', 'null'),
  ),
  uuid: fc.uuid(),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  number: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(-0, 1e300, 5e-324, 1.7976931348623157e308, 0.1, 2 ** 53, 1e21),
  ),
  decimal: fc.oneof(
    fc.constantFrom('0', '1.0', '1.00', '-0.10', '100000000000000000000.000000000001'),
    fc.tuple(digits, digits).map((parts) => parts.join('.')),
  ),
  boolean: fc.boolean(),
  timestamp: fc.oneof(
    day.map((value) => value.toISOString()),
    fc.constantFrom(
      '0001-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
      '2024-02-29T12:00:00.100Z',
    ),
  ),
  date: day.map((value) => value.toISOString().slice(0, 10)),
  json: fc.oneof(
    fc
      .jsonValue({ maxDepth: 4 })
      .filter((value) => value !== null && !JSON.stringify(value).includes('\\u0000')),
    fc.constantFrom(
      {},
      [],
      { b: [{ a: null }], a: '' },
      [-0, 1e300, 1.5, 9007199254740993],
      'x',
      false,
    ),
  ),
}

/** Rows of `everything` that break no foreign key. */
const LINKS = new Set(['parent_id', 'tag_name', 'place_country', 'place_number'])
const row = fc.record(
  Object.fromEntries(
    Object.entries(everything.attributes).map(([name, { column, isNullable }]) => {
      if (LINKS.has(name)) return [name, fc.constant(null)]
      const value = name === 'id' ? fc.constant(null) : VALUES[column]
      return [name, isNullable ? fc.option(value) : value]
    }),
  ),
)

const parametersOf = (values: Readonly<Record<string, unknown>>): readonly Parameter[] =>
  Object.entries(everything.attributes).map(([name, attribute]) =>
    toParameter(attribute.column, values[name]),
  )

const columns = everything.attributeNames.map((name) => `"${name}"`)
const places = columns.map((_, at) => `$${String(at + 1)}`).join(', ')
const insert = `insert into everything (${columns.join(', ')}) values (${places})`
const update = `update everything set (${columns.join(', ')}) = (${places}) where id = $1`
const readable = everything.attributeNames.filter((name) => name !== 'secret')
const select = `select ${readable.map((name) => `"${name}"`).join(', ')} from everything where id = $1`

const entries = async (database: Database, id?: string): Promise<readonly unknown[]> => {
  const text = `select resource, operation, before, after from holdfast_outbox
    where coalesce(after, before)->>'id' = $1 or $1 is null order by id`
  return (await database.query({ text, values: [id ?? null] })).rows
}

t.test('what is told of a row is what stores show of it, in every value', async (t) => {
  const read = async (id: string): Promise<unknown> =>
    toObjects(await database.query({ text: select, values: [id] }))[0]
  const holds = fc.assert(
    fc.asyncProperty(row, row, async (first, second) => {
      const id = randomUUID()
      const code = id
      await database.query({ text: insert, values: parametersOf({ ...first, id, code }) })
      const created = await read(id)
      await database.query({ text: update, values: parametersOf({ ...second, id, code }) })
      const updated = await read(id)
      await database.query({ text: 'delete from everything where id = $1', values: [id] })
      const all = await entries(database, id)
      const told = isDeepStrictEqual(created, updated)
        ? []
        : [['everything', 'update', created, updated]]
      return isDeepStrictEqual(all, [
        ['everything', 'create', null, created],
        ...told,
        ['everything', 'delete', updated, null],
      ])
    }),
    { numRuns: rounds({ test: 60, soak: 3000 }) },
  )
  await t.resolves(holds)
})

const THING = `insert into everything (id, title, choice, once, plain, secret, decimal, created_at, updated_at)
  values ('00000000-0000-4000-8000-00000000000%', 't', 'red', '', '', 'hush', 1.0, now(), now())`
const thing = (number: number): string => THING.replace('%', String(number))

t.test('a secret is never told, nor that it changed', async (t) => {
  await execute(database, thing(1))
  await execute(database, `update everything set secret = 'louder'`)
  await execute(database, `delete from everything`)
  const all = await entries(database)
  t.equal(all.length, 2)
  t.notMatch(JSON.stringify(all), /secret|hush|louder/)
})

t.test('an update that changes nothing outside is not told', async (t) => {
  await execute(database, thing(1))
  await execute(
    database,
    `update everything set title = title, _version = nextval('holdfast_version')`,
  )
  t.equal((await entries(database)).length, 1)
  await execute(database, `update everything set decimal = 1.00`)
  t.equal((await entries(database)).length, 2, 'equal numbers of different digits differ outside')
})

t.test('what rolls back is not told', async (t) => {
  const failing = database.transaction(async (transaction) => {
    await transaction.query({ text: thing(1), values: [] })
    throw new RangeError('enough')
  })
  await t.rejects(failing, /enough/)
  t.same(await entries(database), [])
})

t.test('what foreign keys do is told like everything else, after what set it off', async (t) => {
  await execute(database, `insert into tag (name) values ('a')`)
  await execute(database, thing(1))
  await execute(database, thing(2))
  await execute(
    database,
    `update everything set parent_id = '00000000-0000-4000-8000-000000000001', tag_name = 'a' where id::text like '%2'`,
  )
  await execute(
    database,
    `insert into note (everything_id, text, stars) select id, '', 0 from everything where id::text like '%2'`,
  )
  await execute(database, 'delete from holdfast_outbox')
  await execute(database, 'delete from tag')
  await execute(database, `delete from everything where id::text like '%1'`)
  const told = `select concat_ws(' ', resource, operation, right(before->>'id', 1)) from holdfast_outbox order by id`
  t.same(await column(database, told), [
    'tag delete',
    'everything update 2',
    'everything delete 1',
    'everything delete 2',
    'note delete',
  ])
})

t.test('a table of nothing but its key has no updates to tell', (t) => {
  const bare = resource('bare', {
    attributes: { name: Type.String({ maxLength: 20 }) },
    key: 'name',
  })
  t.notMatch(outboxSql(bare).join(), 'holdfast_outbox_update')
  t.match(outboxSql(everything).join(), 'holdfast_outbox_update')
  t.end()
})

t.test('a table may have more columns than a function takes arguments', async (t) => {
  const names = Array.from({ length: 120 }, (_, at) => `attribute_${String(at)}`)
  const wide = resource('wide', {
    attributes: {
      id: Type.String({ maxLength: 20 }),
      ...Object.fromEntries(names.map((name) => [name, Type.Boolean()])),
    },
  })
  await execute(
    database,
    `create table wide (id text, _version bigint, ${names.map((name) => `${name} boolean`).join()})`,
  )
  for (const sql of outboxSql(wide)) await execute(database, sql)
  await execute(database, `insert into wide (id, attribute_119) values ('x', true)`)
  t.match(await entries(database), [
    ['wide', 'create', null, { id: 'x', attribute_0: null, attribute_119: true }],
  ])
})
