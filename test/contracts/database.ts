/** What every database promises, run on whichever one a run is for. */

import type { Test } from 'tap'

import {
  ConflictError,
  InternalError,
  InvalidError,
  UnavailableError,
  type ResourceError,
} from '../../framework/errors.ts'
import { toObjects, type Database, type Parameter } from '../../framework/postgres/database.ts'
import { constraintOf } from '../../framework/postgres/postgres-error.ts'

/** Opens a fresh, empty database that is closed and gone when `t` ends. */
export type OpenDatabase = (t: Test) => Promise<Database>

/** Runs one statement and gives its rows. */
async function rows(database: Pick<Database, 'query'>, text: string, ...values: Parameter[]) {
  return (await database.query({ text, values })).rows
}

/** Adds every test of the contract to `t`. */
export function databaseContract(t: Test, open: OpenDatabase): void {
  t.test('values', (t) => testValues(t, open))
  t.test('results', (t) => testResults(t, open))
  t.test('named statements', (t) => testNames(t, open))
  t.test('errors', (t) => testErrors(t, open))
  t.test('transactions', (t) => testTransactions(t, open))
  t.test('a transaction and what is not in it', (t) => testScope(t, open))
  t.test('transactions at the same time', (t) => testConcurrency(t, open))
  t.test('scripts', (t) => testScripts(t, open))
  t.test('closing', (t) => testClosing(t, open))
}

const INSTANT = '2026-11-20T13:00:00.120Z'
const UUID = '9b38eb94-573f-43d6-a9e7-910757ce3f54'

/** An SQL expression, and its wire form. */
const WIRE_FORMS: readonly (readonly [string, unknown])[] = [
  [`'a'::text`, 'a'],
  [`''::text`, ''],
  [`'a'::varchar`, 'a'],
  [`'${UUID}'::uuid`, UUID],
  [`1.50::numeric`, '1.50'],
  [`9007199254740993::bigint`, '9007199254740993'],
  [`count(*)`, '1'],
  [`date '2026-11-20'`, '2026-11-20'],
  [`date '0001-01-01'`, '0001-01-01'],
  [`7::int2`, 7],
  [`(-2147483648)::int4`, -2147483648],
  [`1.5::float4`, 1.5],
  [`0.1::float8 + 0.2::float8`, 0.1 + 0.2],
  [`true`, true],
  [`false`, false],
  [`timestamptz '2026-11-20 14:00:00.12+01'`, INSTANT],
  [`timestamptz '2026-11-20 13:00:00Z'`, '2026-11-20T13:00:00.000Z'],
  [`timestamptz '2026-11-20 13:00:00.123456Z'`, '2026-11-20T13:00:00.123Z'],
  [`timestamptz '0001-01-01 00:00:00Z'`, '0001-01-01T00:00:00.000Z'],
  [`timestamptz '0999-12-31 23:59:59.999Z'`, '0999-12-31T23:59:59.999Z'],
  [`timestamptz '9999-12-31 23:59:59.999Z'`, '9999-12-31T23:59:59.999Z'],
  [`timestamptz 'infinity'`, 'infinity'],
  [`'{"a":[1,null,"b"]}'::json`, { a: [1, null, 'b'] }],
  [`'{"a":[1,null,"b"]}'::jsonb`, { a: [1, null, 'b'] }],
  [`'null'::jsonb`, null],
  [`array['a', 'b c', '', 'NULL', 'q"\\{},']`, ['a', 'b c', '', 'NULL', 'q"\\{},']],
  [`array['a', null]`, ['a', null]],
  [`'{}'::text[]`, []],
  [`array['${UUID}'::uuid]`, [UUID]],
  [`time '13:00:00'`, '13:00:00'],
  [`interval '1 day'`, '1 day'],
  [`'\\x00ff'::bytea`, '\\x00ff'],
  [`array[1, 2]`, '{1,2}'],
]

async function testValues(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)

  t.test('come out in wire form', async (t) => {
    for (const [expression, expected] of WIRE_FORMS) {
      t.strictSame(await rows(database, `select ${expression}`), [[expected]], expression)
    }
  })

  t.test('go in as text', async (t) => {
    const values = ['a', UUID, '1.50', '5', '1.5', 'true', INSTANT, '2026-11-20', '{"a":1}', '{a}']
    const [row] = await rows(
      database,
      `select $1::text, $2::uuid, $3::numeric, $4::int, $5::float8, $6::bool, $7::timestamptz, $8::date,
        $9::jsonb, $10::text[]`,
      ...values,
    )
    t.strictSame(row, ['a', UUID, '1.50', 5, 1.5, true, INSTANT, '2026-11-20', { a: 1 }, ['a']])
  })

  t.test('may be null, both ways', async (t) => {
    const types = ['text', 'uuid', 'int', 'bool', 'timestamptz', 'jsonb', 'text[]', 'numeric']
    const list = types.map((type, index) => `$${index + 1}::${type}`)
    const [row] = await rows(database, `select ${list.join()}`, ...types.map(() => null))
    t.strictSame(
      row,
      types.map(() => null),
    )
  })

  t.test('may be any text', async (t) => {
    const long = 'ä😀"\\\'\n\t$1{}'.repeat(200_000)
    for (const text of [
      '',
      'NULL',
      '\\',
      `'; drop table x; --`,
      '\u{1F468}\u200D\u{1F469}',
      long,
    ]) {
      const [row] = await rows(database, 'select $1::text, length($1::text)', text)
      t.ok(row?.[0] === text && row[1] === Array.from(text).length, text.slice(0, 30))
    }
  })
}

async function testResults(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)
  await database.script('create table item (id int primary key, text text)')

  t.test('tell columns in order, and give objects on demand', async (t) => {
    const result = await database.query({ text: `select 2 as b, 'x' as a, 3 as b`, values: [] })
    t.strictSame(result.columns, ['b', 'a', 'b'])
    t.strictSame(toObjects(result), [{ b: 3, a: 'x' }])
  })

  t.test('tell the command and the rows that it returned or affected', async (t) => {
    const cases: readonly (readonly [string, string, number])[] = [
      [`insert into item select i, 'a' from generate_series(1, 5) i`, 'INSERT', 5],
      [`update item set text = 'b' where id > 2 returning id`, 'UPDATE', 3],
      [`with gone as (delete from item where id = 1 returning id) select * from gone`, 'SELECT', 1],
      [`delete from item where id = 99`, 'DELETE', 0],
      [`select * from item where id = 99`, 'SELECT', 0],
      [`create index on item (text)`, 'CREATE', 0],
    ]
    for (const [text, command, rowCount] of cases) {
      t.match(await database.query({ text, values: [] }), { command, rowCount }, text)
    }
    const none = await database.query({ text: 'select * from item where false', values: [] })
    t.strictSame(none, { columns: ['id', 'text'], rows: [], rowCount: 0, command: 'SELECT' })
  })

  t.test('may be big', async (t) => {
    const many = await rows(database, `select i, repeat('x', 100) from generate_series(1, 50000) i`)
    t.equal(many.length, 50_000)
    t.strictSame(many.at(-1), [50_000, 'x'.repeat(100)])
    const [wide] = await rows(database, `select repeat('ä', 4000000)`)
    t.ok(wide?.[0] === 'ä'.repeat(4_000_000))
  })

  t.test('belong to their statements when many run at once', async (t) => {
    const numbers = Array.from({ length: 300 }, (_, index) => index)
    const answers = await Promise.all(
      numbers.map((number) => rows(database, 'select $1::int', String(number))),
    )
    t.strictSame(answers.flat(2), numbers)
  })

  t.test('are those of one statement: a text holds no second one', async (t) => {
    await t.rejects(rows(database, 'select 1; select 2'), InternalError)
    t.strictSame(await rows(database, 'select 3'), [[3]])
  })
}

async function testNames(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)
  const named = (name: string, text: string, ...values: Parameter[]) =>
    database.query({ name, text, values })

  t.test('run with other values, with errors between, and at the same time', async (t) => {
    const divide = (value: string) => named('divide', 'select 12 / $1::int as result', value)
    t.match(await divide('3'), { rows: [[4]], columns: ['result'] })
    await t.rejects(divide('0'), InvalidError)
    await t.rejects(divide('x'), InvalidError)
    const answers = await Promise.all(['1', '2', '4', '6'].map(divide))
    t.strictSame(
      answers.map(({ rows }) => rows),
      [[[12]], [[6]], [[3]], [[2]]],
    )
    t.strictSame(answers[3]?.columns, ['result'])
  })

  t.test('tell their columns each time, rows or not', async (t) => {
    const select = (value: string) => named('some', 'select 1 as a where $1::int = 1', value)
    for (const value of ['0', '1', '0']) t.strictSame((await select(value)).columns, ['a'])
  })

  t.test('belong to one text', async (t) => {
    await named('mine', 'select 1')
    await t.rejects(named('mine', 'select 2'), InternalError)
    t.strictSame((await named('mine', 'select 1')).rows, [[1]])
  })

  t.test('work when what they need was not there at first', async (t) => {
    const first = await Promise.allSettled([1, 2, 3].map(() => named('late', 'select * from late')))
    t.same(
      first.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    )
    await database.script('create table late (id int); insert into late values (1)')
    t.strictSame((await named('late', 'select * from late')).rows, [[1]])
  })

  t.test('see a changed table as it is now, in a transaction too', async (t) => {
    await database.script('create table changing (a int); insert into changing values (1)')
    const text = 'select * from changing'
    await Promise.all([1, 2, 3].map(() => named('changing', text)))
    await database.script('alter table changing add b text')
    t.strictSame((await named('changing', text)).rows, [[1, null]])
    await named('changing', text)
    await database.script('alter table changing add c int')
    const result = await database.transaction((transaction) =>
      transaction.query({ name: 'changing', text, values: [] }),
    )
    t.strictSame(result.rows, [[1, null, null]])
    t.strictSame((await named('changing', text)).columns, ['a', 'b', 'c'])
  })
}

const SCHEMA = `
  create table person (id int primary key, secret_name text not null unique, age int check (age > 0), code varchar(3));
  create table pet (id int primary key, owner int references person, keeper int references person on delete restrict);
  insert into person values (1, 'timothy', 5, 'abc'), (2, 'tom', 5, 'abc'), (3, 'kit', 5, 'abc');
  insert into pet values (1, 1, 2);
`

/** A statement that fails, the class of its error, and the constraint that a store may learn of. */
const FAILURES: readonly (readonly [
  string,
  new (...args: never) => ResourceError,
  string | undefined,
])[] = [
  [`insert into person values (4, 'timothy')`, ConflictError, 'person_secret_name_key'],
  [`insert into person values (1, 'new')`, ConflictError, 'person_pkey'],
  [`delete from person where id = 1`, ConflictError, 'pet_owner_fkey'],
  [`delete from person where id = 2`, ConflictError, 'pet_keeper_fkey'],
  [`insert into pet values (2, 77)`, InvalidError, 'pet_owner_fkey'],
  [`update pet set owner = 77`, InvalidError, 'pet_owner_fkey'],
  [`insert into person values (4, null)`, InvalidError, undefined],
  [`insert into person values (4, 'new', -1)`, InvalidError, 'person_age_check'],
  [`insert into person values (4, 'new', 1, 'toolong')`, InvalidError, undefined],
  [`select 'timothy'::uuid`, InvalidError, undefined],
  [`select '2026-02-30'::date`, InvalidError, undefined],
  [`select 3000000000::int`, InvalidError, undefined],
  [`select 1 / 0`, InvalidError, undefined],
  [`select repeat('a', 2000000000)`, InvalidError, undefined],
  [`select * from unknown_table`, InternalError, undefined],
  [`select secret_name from`, InternalError, undefined],
  [`commit and chain`, InternalError, undefined],
]

async function testErrors(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)
  await database.script(SCHEMA)

  t.test('are ours, with the cause, without what a caller may not know', async (t) => {
    for (const [text, type, constraint] of FAILURES) {
      const error = (await t.rejects(rows(database, text), type, text)) as ResourceError
      t.equal(constraintOf(error), constraint, text)
      t.ok(error.cause instanceof Error, text)
      t.notMatch(error.message, /timothy|secret|person|pet|77|select|insert|key|column|table/, text)
    }
  })

  t.test('name what is wrong with a parameter, and leave the connection well', async (t) => {
    await t.rejects(
      rows(database, 'select $1::int', 'x'),
      new InvalidError([{ pointer: '', detail: 'holds a value that is not well-formed' }]),
    )
    await t.rejects(rows(database, 'select $1::text', 'a\0b'), InvalidError)
    await t.rejects(rows(database, 'select $1::text'), InternalError)
    t.strictSame(await rows(database, 'select $1::int', '1'), [[1]])
  })

  t.test('write nothing', async (t) => {
    t.strictSame(await rows(database, 'select count(*) from person'), [['3']])
  })
}

async function testTransactions(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)
  await database.script('create table note (id int primary key)')
  const insert = (id: number) => `insert into note values (${id})`
  const ids = async () => (await rows(database, 'select id from note order by id')).flat()

  t.test('keep what they did, and give what the work gives', async (t) => {
    const result = await database.transaction(async (transaction) => {
      await rows(transaction, insert(1))
      await rows(transaction, insert(2))
      return rows(transaction, 'select count(*) from note')
    })
    t.strictSame(result, [['2']])
    t.strictSame(await ids(), [1, 2])
  })

  t.test('undo everything when the work throws, and throw that very error', async (t) => {
    const failure = new ConflictError('mine')
    const promise = database.transaction(async (transaction) => {
      await rows(transaction, insert(3))
      throw failure
    })
    t.equal(await t.rejects(promise), failure)
    await t.rejects(
      database.transaction(async (transaction) => {
        await rows(transaction, insert(3))
        await rows(transaction, insert(1))
      }),
      ConflictError,
    )
    t.strictSame(await ids(), [1, 2])
  })

  t.test('are not acknowledged when the work went on after an error', async (t) => {
    const promise = database.transaction(async (transaction) => {
      await rows(transaction, insert(3))
      await rows(transaction, insert(3)).catch(() => undefined)
      return 'done'
    })
    await t.rejects(promise, UnavailableError)
    t.strictSame(await ids(), [1, 2])
  })

  t.test('run statements that are sent together one after the other', async (t) => {
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    const answers = await database.transaction((transaction) =>
      Promise.all(numbers.map((number) => rows(transaction, 'select $1::int', String(number)))),
    )
    t.strictSame(answers.flat(2), numbers)
    await t.rejects(
      database.transaction((transaction) =>
        Promise.all([insert(3), insert(1), insert(4)].map((text) => rows(transaction, text))),
      ),
      ConflictError,
    )
    t.strictSame(await ids(), [1, 2])
  })

  t.test('have the isolation and the rights that are asked for', async (t) => {
    const isolation = 'select current_setting($1)'
    const level = 'transaction_isolation'
    const inside = (text: string, ...values: Parameter[]) => ({
      run: (transaction: Pick<Database, 'query'>) => rows(transaction, text, ...values),
    })
    t.strictSame(await database.transaction(inside(isolation, level).run), [['read committed']])
    t.strictSame(
      await database.transaction(inside(isolation, level).run, { isolation: 'serializable' }),
      [['serializable']],
    )
    await t.rejects(
      database.transaction(inside(insert(9)).run, { isReadOnly: true }),
      UnavailableError,
    )
    t.strictSame(await rows(database, isolation, level), [['read committed']])
    t.strictSame(await ids(), [1, 2])
  })

  t.test('judge at their end what is deferred', async (t) => {
    await database.script(
      'create table part (note int references note deferrable initially deferred)',
    )
    await t.rejects(rows(database, 'insert into part values (77)'), InvalidError)
    await t.rejects(
      database.transaction((transaction) => rows(transaction, 'insert into part values (77)')),
      InvalidError,
    )
    t.strictSame(await rows(database, 'select count(*) from part'), [['0']])
  })
}

async function testScope(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)

  t.test('the database itself is refused inside, and free again after', async (t) => {
    const misuses: readonly (() => Promise<unknown>)[] = [
      () => rows(database, 'select 1'),
      () => database.transaction(async () => undefined),
      () => database.script('select 1'),
      () => database.close(),
    ]
    for (const misuse of misuses) {
      await t.rejects(database.transaction(misuse), InternalError)
    }
    t.strictSame(await rows(database, 'select 1'), [[1]])
  })

  t.test('another database may be used inside', async (t) => {
    const other = await open(t)
    const result = await database.transaction(() => rows(other, 'select 2'))
    t.strictSame(result, [[2]])
  })

  t.test('what the work leaves behind runs on outside', async (t) => {
    const started: Promise<unknown>[] = []
    const after = Promise.withResolvers<undefined>()
    let kept: Pick<Database, 'query'> = database
    await database.transaction(async (transaction) => {
      kept = transaction
      started.push(after.promise.then(() => rows(database, 'select 3')))
    })
    after.resolve(undefined)
    t.strictSame(await Promise.all(started), [[[3]]])
    await t.rejects(rows(kept, 'select 4'), InternalError)
  })
}

async function testConcurrency(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)
  await database.script(`
    create table counter (id int primary key, value int);
    insert into counter values (1, 0);
    create table entry (id int)`)
  const read = 'select value from counter where id = 1'

  t.test('do not see or spoil each other', async (t) => {
    const addOne = () =>
      database.transaction(async (transaction) => {
        const [row] = await rows(transaction, `${read} for update`)
        await rows(transaction, 'update counter set value = $1', String(Number(row?.[0]) + 1))
        await rows(transaction, 'insert into entry values (1)')
      })
    const giveUp = () =>
      database.transaction(async (transaction) => {
        await rows(transaction, 'insert into entry values (2)')
        throw new ConflictError('mine')
      })
    const jobs = Array.from({ length: 60 }, (_, index) => {
      if (index % 3 === 0) return addOne()
      return index % 3 === 1
        ? t.rejects(giveUp(), ConflictError)
        : rows(database, 'insert into entry values (3)')
    })
    await Promise.all(jobs)
    t.strictSame(await rows(database, read), [[20]])
    t.strictSame(await rows(database, 'select id, count(*) from entry group by id order by id'), [
      [1, '20'],
      [3, '20'],
    ])
  })

  t.test('run their work again when PostgreSQL undid it for others', async (t) => {
    await database.script(`
      create table rough (id serial);
      create function fail_first() returns void language plpgsql as $$
      begin
        if nextval('rough_id_seq') < 3 then raise sqlstate '40001'; end if;
      end $$`)
    let runs = 0
    await database.transaction(async (transaction) => {
      runs += 1
      await rows(transaction, 'select fail_first()')
    })
    t.equal(runs, 3)
    await database.script(`alter sequence rough_id_seq restart`)
    await rows(database, 'select fail_first()')
    await database.script(`alter sequence rough_id_seq minvalue -100 restart -100`)
    runs = 0
    await t.rejects(
      database.transaction(async (transaction) => {
        runs += 1
        await rows(transaction, 'select fail_first()')
      }),
      UnavailableError,
    )
    t.equal(runs, 4)
  })
}

async function testScripts(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)

  t.test('run whole or not at all', async (t) => {
    await database.script(`create table a (id int); insert into a values (1); select * from a`)
    await t.rejects(database.script(`insert into a values (2); insert into b values (3)`))
    t.strictSame(await rows(database, 'select id from a'), [[1]])
    await database.script('-- nothing')
    t.strictSame(await database.script(''), [])
  })

  t.test('answer the rows of each statement that has any, in wire form', async (t) => {
    const text = `
      create table b (id int);
      select 'early' as a;
      select 1 as one, '${INSTANT}'::timestamptz as at, 7::int8 as large, '{"a":[1]}'::jsonb as json;
      insert into b values (1)`
    t.strictSame(await database.script(text), [
      { columns: ['a'], rows: [['early']] },
      { columns: ['one', 'at', 'large', 'json'], rows: [[1, INSTANT, '7', { a: [1] }]] },
    ])
    t.strictSame(await database.script('select id from b where id > 1'), [
      { columns: ['id'], rows: [] },
    ])
  })
}

async function testClosing(t: Test, open: OpenDatabase): Promise<void> {
  const database = await open(t)
  await database.script('create table mark (id int)')

  t.test('waits for what is under way, and may be repeated', async (t) => {
    t.equal(await database.isReady(), true)
    const statement = rows(database, 'select 1')
    const transaction = database.transaction(async (inner) => {
      await rows(inner, 'insert into mark values (1)')
      return rows(inner, 'select id from mark')
    })
    const closing = [database.close(), database.close()]
    t.strictSame(await statement, [[1]])
    t.strictSame(await transaction, [[1]])
    await Promise.all(closing)
    await database.close()
  })

  t.test('is the end', async (t) => {
    await t.rejects(rows(database, 'select 1'), UnavailableError)
    await t.rejects(
      database.transaction(async () => undefined),
      UnavailableError,
    )
    await t.rejects(database.script('select 1'), UnavailableError)
    t.equal(await database.isReady(), false)
  })
}
