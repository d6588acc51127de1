/** That what is kept for a time goes when it is over, from the bottom of the log upwards, and nothing else does. */
import t from 'tap'
import { readLog } from '../../../framework/postgres/log.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { createRelaySteps } from '../../../framework/postgres/relay-step.ts'
import { deleteExpired, startRetention } from '../../../framework/postgres/retention.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, column, emptySamples, execute } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

/** Entries 1 to `count`, as old as said. */
const fill = (count: number, age: string): Promise<void> =>
  execute(
    database,
    `insert into holdfast_log (position, resource, operation, at)
      select i, 'tag', 'create', now() - (${age}) from generate_series(1, ${String(count)}) i;`,
  )
const setHead = (position: number): Promise<void> =>
  execute(database, `update holdfast_feed set position = ${String(position)}`)
const count = (): Promise<unknown> => cell(database, 'select count(*)::int from holdfast_log')

t.test('entries go after a day, however many there are', async (t) => {
  await fill(2500, `interval '24 hours 59.5 minutes' - i * interval '1 minute'`)
  await setHead(2500)
  await deleteExpired(database)
  t.equal(await count(), 2500 - 59)
  await execute(database, `update holdfast_log set at = now() - interval '25 hours'`)
  await deleteExpired(database)
  t.equal(await count(), 0)
})

t.test('above a million the oldest go earlier', async (t) => {
  await fill(10, `interval '1 minute'`)
  await setHead(1_000_004)
  await deleteExpired(database)
  t.same(await column(database, 'select position::int from holdfast_log order by position'), [5, 6, 7, 8, 9, 10]) // prettier-ignore
})

t.test('what a durable reader has not passed stays for its day', async (t) => {
  await fill(10, `interval '1 minute'`)
  await setHead(1_000_004)
  await execute(database, `insert into holdfast_consumer values ('slow', 2), ('quick', 9)`)
  await deleteExpired(database)
  t.equal(await cell(database, 'select min(position)::int from holdfast_log'), 3)
  await execute(database, `update holdfast_log set at = now() - interval '25 hours'`)
  await deleteExpired(database)
  t.equal(await count(), 0)
})

t.test('an entry that stays keeps those above it', async (t) => {
  await fill(5, `interval '25 hours'`)
  await execute(database, 'update holdfast_log set at = now() where position = 3')
  await deleteExpired(database)
  t.same(await column(database, 'select position::int from holdfast_log order by position'), [3, 4, 5]) // prettier-ignore
})

t.test('positions go on when nothing is left', async (t) => {
  await execute(database, `insert into tag (name) values ('a')`)
  const steps = createRelaySteps(database)
  await steps.step()
  await execute(database, `update holdfast_log set at = now() - interval '25 hours'`)
  await deleteExpired(database)
  await execute(database, `insert into tag (name) values ('b')`)
  await steps.step()
  t.match(await readLog(database, 1, 10), { position: 2, entries: [{ position: 2 }] })
})

t.test('first answers go after a day', async (t) => {
  await execute(
    database,
    `insert into holdfast_idempotency (subject, operation, key, body_hash, created_at)
      select '', '', i::text, '', now() - i * interval '12 hours' from generate_series(1, 1500) i`,
  )
  await execute(
    database,
    `update holdfast_idempotency set created_at = created_at + interval '1 minute' where key = '2'`,
  )
  await deleteExpired(database)
  t.same(await column(database, 'select key from holdfast_idempotency order by key'), ['1', '2'])
})

t.test('a round begins at once; a failing one is told, and closing ends them', async (t) => {
  await fill(3, `interval '25 hours'`)
  await setHead(3)
  const statements = createGathering<string | undefined>()
  const query: typeof database.query = async (statement) => {
    const result = await database.query(statement)
    statements.add(statement.name)
    return result
  }
  const retention = startRetention({ database: { query }, onError: (error) => t.error(error) })
  await statements.until((all) => all.includes('holdfast_retain_answers'))
  await retention.close()
  t.equal(await count(), 0)

  const errors = createGathering<unknown>()
  const failure = new RangeError('away')
  const failing = startRetention({
    database: { query: () => Promise.reject(failure) },
    onError: (error) => errors.add(error),
  })
  await errors.until((all) => all.length === 1)
  await failing.close()
  t.same(errors.all, [failure])
})
