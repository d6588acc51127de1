/** That pg-boss's SQL runs on our databases as on the driver that it is written for. */
import t from 'tap'
import { UnavailableError } from '../../../framework/errors.ts'
import { bossDatabase, bossQueryable } from '../../../framework/postgres/boss-database.ts'
import { openTestDatabase } from '../../kit/database.ts'

const database = await openTestDatabase(t)
const boss = bossDatabase(database)

t.test('values are bound as PostgreSQL reads them', async (t) => {
  const text = `select $1::text as text, $2::int as number, $3::boolean as yes, $4::jsonb as json,
    $5::text[] as list, $6::timestamptz as at, $7::text as nothing, $8::text as unset`
  const at = new Date('2026-11-20T12:00:00.000Z')
  const values = ['a', 7, true, { a: [1] }, ['a "b"', 'c,d'], at, null, undefined]
  t.strictSame((await boss.executeSql(text, values)).rows, [
    {
      text: 'a',
      number: 7,
      yes: true,
      json: { a: [1] },
      list: ['a "b"', 'c,d'],
      at: at.toISOString(),
      nothing: null,
      unset: null,
    },
  ])
})

t.test('a script is one transaction, and answers all of its rows', async (t) => {
  const script = (value: string): string => `
    BEGIN;
    SET LOCAL lock_timeout = 30000;
    create table if not exists part (id int);
    insert into part values (${value});
    select id from part;
    select 'last' as id;
    COMMIT;
  `
  t.strictSame((await boss.executeSql(script('1'))).rows, [{ id: 1 }, { id: 'last' }])
  await t.rejects(boss.executeSql(script('2); select 1 / (0')), { code: '22012' })
  t.strictSame((await boss.executeSql('select id from part')).rows, [{ id: 1 }])
})

t.test('errors are PostgreSQL’s own, by whose codes pg-boss goes on', async (t) => {
  await t.rejects(boss.executeSql('select from nowhere'), { code: '42P01' })
  const within = database.transaction((transaction) =>
    bossQueryable(transaction).executeSql('select 1 / $1::int', [0]),
  )
  await t.rejects(within, { code: '22012' })
})

t.test('what is not PostgreSQL’s is ours', async (t) => {
  const closed = await openTestDatabase(t)
  await closed.close()
  await t.rejects(bossDatabase(closed).executeSql('select 1'), UnavailableError)
})
