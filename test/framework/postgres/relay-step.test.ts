/** That every committed change gets one position, in the order of its row's changes, whoever else is at work. */
import { randomInt } from 'node:crypto'
import t from 'tap'
import type { Queryable } from '../../../framework/postgres/database.ts'
import { readLog } from '../../../framework/postgres/log.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { createRelaySteps, type RelaySteps } from '../../../framework/postgres/relay-step.ts'
import { openTestDatabase, SERVER_URL } from '../../kit/database.ts'
import { rounds } from '../../kit/rounds.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, column, execute, emptySamples } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

const insertTag = (name: string): string => `insert into tag (name) values ('${name}')`

const namesOf = async (database: Queryable): Promise<readonly unknown[]> => {
  const { entries } = await readLog(database, 0, 100_000)
  return entries.map(({ before, after }) => (after ?? before)?.['name'])
}

/** Steps until nothing is left. */
const drain = async (steps: RelaySteps): Promise<void> => {
  while ((await steps.step()).entries.length > 0);
}

t.test('changes get dense positions from 1, in the order in which they were written', async (t) => {
  const steps = createRelaySteps(database)
  t.match(await steps.step(), { position: 0, entries: [], hasSwept: true })
  await execute(database, insertTag('a'))
  await execute(database, `update tag set description = 'b'`)
  const step = await steps.step()
  t.match(step, {
    epoch: /^[a-z0-9]{12}$/,
    position: 2,
    hasSwept: true,
    entries: [
      { position: 1, operation: 'create', before: null, after: { description: null } },
      {
        position: 2,
        operation: 'update',
        before: { description: null },
        after: { description: 'b' },
      },
    ],
  })
  await execute(database, 'delete from tag')
  t.match(await steps.step(), {
    epoch: step.epoch,
    position: 3,
    entries: [{ position: 3, operation: 'delete' }],
  })
  t.match(await steps.step(), { position: 3, entries: [] })
  t.same(
    (await readLog(database, 0, 10)).entries.map(({ position }) => position),
    [1, 2, 3],
  )
  t.equal(await cell(database, 'select count(*)::int from holdfast_outbox'), 0)
})

t.test('a backlog is taken in batches, of bounded number and size', async (t) => {
  const steps = createRelaySteps(database)
  await execute(database, `insert into tag (name) select 't' || i from generate_series(1, 1001) i`)
  const sizes: number[] = []
  for (let at = 0; at < 4; at += 1) sizes.push((await steps.step()).entries.length)
  t.same(sizes, [500, 500, 1, 0])
  t.same(
    await namesOf(database),
    Array.from({ length: 1001 }, (_, at) => `t${String(at + 1)}`),
  )
  // Text that can't be compressed, 3 MB a row.
  const large = `(select string_agg(md5(random()::text || i || j), '') from generate_series(1, 94000) j)`
  await execute(
    database,
    `insert into tag (name, description) select 'l' || i, ${large} from generate_series(1, 5) i`,
  )
  const step = await steps.step()
  t.ok(step.entries.length < 5 && step.entries.length > 0)
  t.notOk(step.hasSwept)
  await drain(steps)
  t.equal((await readLog(database, 1001, 10)).entries.length, 5)
})

t.test('an error leaves everything as it was', async (t) => {
  await execute(database, insertTag('a'))
  await execute(database, `insert into holdfast_log values (1, 'tag', 'create', null, null, now())`)
  const steps = createRelaySteps(database)
  await t.rejects(steps.step(), { name: 'ConflictError' })
  await execute(database, 'delete from holdfast_log')
  t.match(await steps.step(), { position: 1, entries: [{ position: 1 }] })
})

t.test(
  'plain SQL, statements of many rows and cascades are numbered like everything else',
  async (t) => {
    await execute(database, `insert into tag (name) values ('a'), ('b'), ('c')`)
    await execute(
      database,
      `insert into everything (id, title, choice, once, plain, tag_name, created_at, updated_at)
    select gen_random_uuid(), 't', 'red', '', '', name, now(), now() from tag`,
    )
    await execute(database, `delete from tag where name < 'c'`)
    await drain(createRelaySteps(database))
    const { entries } = await readLog(database, 0, 100)
    const told = entries.map(({ resource, operation }) => `${resource} ${operation}`)
    t.same(told.slice(6).sort(), [
    'everything update', 'everything update', 'tag delete', 'tag delete',
  ]) // prettier-ignore
    t.same(entries.map(({ position }) => position), entries.map((_, at) => at + 1)) // prettier-ignore
  },
)

t.test(
  'concurrent writers and two relays: nothing is lost, doubled, or out of order',
  async (t) => {
    const relays = [createRelaySteps(database), createRelaySteps(database)]
    const numbers = [1, 2, 3, 4, 5]
    for (const number of numbers) {
      await execute(
        database,
        `insert into place (country, number, title) values ('ch', ${String(number)}, '0')`,
      )
    }
    let isWriting = true
    let committed = numbers.length
    const write = async (writer: number): Promise<void> => {
      for (let round = 0; round < rounds({ test: 40, soak: 2000 }); round += 1) {
        const rolledBack = new RangeError('rolled back')
        await database
          .transaction(async (transaction) => {
            // Each on its way in an order of its own, so that ids and commits cross; by the key, so that none waits for the other.
            const rows = numbers.filter(() => randomInt(2) === 0)
            for (const number of rows) {
              await execute(
                transaction,
                `update place set title = (title::int + 1)::text where number = ${String(number)}`,
              )
            }
            await execute(transaction, insertTag(`${String(writer)}-${String(round)}`))
            if (randomInt(5) === 0) throw rolledBack
            return rows.length + 1
          })
          .then(
            (count) => (committed += count),
            (error: unknown) => t.equal(error, rolledBack),
          )
      }
    }
    const relay = async (steps: RelaySteps): Promise<void> => {
      while (isWriting) await steps.step()
    }
    const relaying = Promise.all(relays.map(relay))
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(write))
    isWriting = false
    await relaying
    await Promise.all(relays.map(drain))
    await drain(createRelaySteps(database))

    const { entries, position } = await readLog(database, 0, 1_000_000)
    t.equal(position, committed)
    t.same(entries.map((entry) => entry.position), Array.from({ length: committed }, (_, at) => at + 1)) // prettier-ignore
    for (const number of numbers) {
      const titles = entries
        .filter(({ after }) => after?.['number'] === number)
        .map(({ after }) => Number(after?.['title']))
      t.same(titles, titles.map((_, at) => at), `place ${String(number)}`) // prettier-ignore
      t.equal(
        await cell(database, `select title::int from place where number = ${String(number)}`),
        titles.length - 1,
      )
    }
    const tags = entries
      .filter(({ resource }) => resource === 'tag')
      .map(({ after }) => after?.['name'])
    t.same(new Set(tags), new Set(await column(database, 'select name from tag')))
    t.equal(new Set(tags).size, tags.length)
  },
)

/** A database that notes above which id each step looks. */
const watched = (
  database: Queryable,
): { readonly queryable: Queryable; readonly floors: number[] } => {
  const floors: number[] = []
  const query: Queryable['query'] = (statement) => {
    floors.push(Number(statement.values[0]))
    return database.query(statement)
  }
  return { queryable: { query }, floors }
}

t.test('steps begin behind what is done, and once a minute from the beginning', async (t) => {
  const { queryable, floors } = watched(database)
  let now = 0
  const steps = createRelaySteps(queryable, () => now)
  for (let at = 0; at < 10; at += 1) {
    await execute(database, insertTag(String(at)))
    await steps.step()
  }
  t.same(
    floors,
    floors.toSorted((one, other) => one - other),
  )
  t.ok((floors.at(-1) ?? 0) >= 4, floors.join())
  now = 59_000
  await steps.step()
  t.not(floors.at(-1), 0)
  now = 61_000
  await steps.step()
  t.equal(floors.at(-1), 0)
  t.same((await namesOf(database)).length, 10)
})

if (SERVER_URL !== undefined) {
  t.test('a transaction that commits long after later ones is told', async (t) => {
    const { queryable, floors } = watched(database)
    const steps = createRelaySteps(queryable)
    const late = Promise.withResolvers<undefined>()
    const written = Promise.withResolvers<undefined>()
    for (const name of ['a', 'b', 'c', 'd']) {
      await execute(database, insertTag(name))
      await steps.step()
    }
    const slow = database.transaction(async (transaction) => {
      await execute(transaction, insertTag('slow'))
      written.resolve(undefined)
      await late.promise
    })
    await written.promise
    // While it is the newest transaction, the xmax of every snapshot is its own number, as if nothing were open.
    for (let at = 0; at < 10; at += 1) await steps.step()
    for (let at = 0; at < 5; at += 1) {
      await execute(database, insertTag(`quick${String(at)}`))
      await steps.step()
    }
    const before = floors.at(-1)
    late.resolve(undefined)
    await slow
    await steps.step()
    t.equal((await namesOf(database)).at(-1), 'slow')
    const hasRisen = (): boolean => (floors.at(-1) ?? 0) > (before ?? 0)
    // Transactions of other databases of the server count too, until they end.
    for (let at = 0; at < 2000 && !hasRisen(); at += 1) {
      await execute(database, insertTag(`later${String(at)}`))
      await steps.step()
    }
    t.ok(hasRisen(), 'then steps begin behind it')
  })
}
