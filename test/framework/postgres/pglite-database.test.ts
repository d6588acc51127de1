/** What PGlite as a database does beyond the contract: folder, lock, watchdog, upkeep, limits. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { DeclarationError, InvalidError, UnavailableError } from '../../../framework/errors.ts'
import type { Database, Parameter } from '../../../framework/postgres/database.ts'
import {
  openPgliteDatabase,
  type PgliteDatabaseOptions,
} from '../../../framework/postgres/pglite-database.ts'
import { pgliteTemplate } from '../../kit/database.ts'

async function open(t: Test, options: Partial<PgliteDatabaseOptions> = {}): Promise<Database> {
  const onError = (error: Error): void => void t.error(error)
  const template = await pgliteTemplate()
  const database = await openPgliteDatabase({ template, onError, ...options })
  t.teardown(() => database.close())
  return database
}

async function rows(database: Pick<Database, 'query'>, text: string, ...values: Parameter[]) {
  return (await database.query({ text, values })).rows
}

t.test('a folder keeps its rows, and belongs to one database at a time', async (t) => {
  const folder = join(t.testdir(), 'data')
  const first = await open(t, { folder })
  t.equal(first.description, `PGlite in ${folder}`)
  await first.script('create table a (id int); insert into a values (1)')
  await t.rejects(open(t, { folder }), DeclarationError)
  await first.close()
  t.ok(existsSync(`${folder}.lock`), 'the lock file stays')

  const second = await open(t, { folder })
  t.same(await rows(second, 'select id from a'), [[1]])
})

t.test('a folder that can not be opened is told, and not locked for good', async (t) => {
  const folder = join(t.testdir({ data: { PG_VERSION: '12' } }), 'data')
  for (const attempt of ['first', 'second']) {
    const error = await t.rejects(open(t, { folder }), DeclarationError, attempt)
    t.match(error, { message: new RegExp(`can't be started in ${folder}`) })
  }
})

t.test('an empty folder becomes a database without a template too', async (t) => {
  const folder = join(t.testdir({ data: {} }), 'data')
  const database = await open(t, { folder, template: undefined })
  t.equal(database.kind, 'pglite')
  t.same(await rows(database, 'select 1'), [[1]])
})

t.test('JSON that is nested too deep is refused, in a transaction too', async (t) => {
  const database = await open(t)
  const deep = '['.repeat(7_000) + ']'.repeat(7_000)
  await t.rejects(rows(database, 'select $1::jsonb', deep), InvalidError)
  await t.rejects(
    database.transaction((transaction) => rows(transaction, 'select $1::jsonb', deep)),
    InvalidError,
  )
  t.same(await rows(database, 'select $1::text', '['.repeat(7_000)), [['['.repeat(7_000)]])
})

t.test('after a statement that hangs it goes on by itself, but no transaction does', async (t) => {
  const errors: Error[] = []
  const folder = join(t.testdir(), 'data')
  const onError = (error: Error): void => void errors.push(error)
  const database = await open(t, { folder, watchdogMs: 1_000, onError })
  await database.script('create table a (id int); insert into a values (1)')
  const named = { name: 'all', text: 'select id from a', values: [] }
  await database.query(named)

  const hanging = database.transaction(async (transaction) => {
    await rows(transaction, 'insert into a values (2)')
    await rows(transaction, 'select pg_sleep(600)').catch(() => undefined)
    await rows(transaction, 'insert into a values (3)')
  })
  await t.rejects(hanging, UnavailableError)
  t.same((await database.query(named)).rows, [[1]], 'what was prepared in the life before too')
  t.equal(await database.isReady(), true)
  t.equal(errors.length, 1)
})

t.test('a transaction that falls silent makes room for others', async (t) => {
  const database = await open(t, { idleTransactionMs: 50 })
  await database.script('create table a (id int)')
  const others = Promise.withResolvers<undefined>()
  const silent = database.transaction(async (transaction) => {
    await rows(transaction, 'insert into a values (1)')
    await others.promise
  })
  t.same(await rows(database, 'select count(*) from a'), [['0']])
  others.resolve(undefined)
  await t.rejects(silent, UnavailableError)
  t.same(await rows(database, 'select count(*) from a'), [['0']])
})

t.test('upkeep removes dead rows, and cuts the log', async (t) => {
  const database = await open(t, { upkeepMs: 20 })
  const checkpoint = 'select redo_lsn from pg_control_checkpoint()'
  const [first] = await rows(database, checkpoint)
  await database.script(`
    create table a (id int);
    insert into a select * from generate_series(1, 10000);
    delete from a`)
  const size = `select pg_relation_size('a') = 0`
  while ((await rows(database, size))[0]?.[0] !== true) await turn()
  while ((await rows(database, checkpoint))[0]?.[0] === first?.[0]) await turn()
  t.pass('both happened')
})

t.test('upkeep that fails is told', async (t) => {
  const failure = Promise.withResolvers<Error>()
  const database = await open(t, { upkeepMs: 20, onError: failure.resolve })
  await database.script(`
    create function public.pg_stat_force_next_flush() returns int language sql as 'select 1 / 0';
    set search_path = public, pg_catalog`)
  t.type(await failure.promise, InvalidError)
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
