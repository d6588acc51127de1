/** That committed changes are delivered soon, in order and all, also after crashes and while the database is away. */
import t, { type Test } from 'tap'
import { UnavailableError } from '../../../framework/errors.ts'
import type { Queryable } from '../../../framework/postgres/database.ts'
import type { LogEntry } from '../../../framework/postgres/log-entry.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { startRelay, type Relay, type RelayOptions } from '../../../framework/postgres/relay.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering, type Gathering } from '../../kit/gathering.ts'
import { samples } from '../../kit/sample-resources.ts'
import { execute, emptySamples } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

interface Started {
  readonly relay: Relay
  readonly entries: Gathering<LogEntry>
  readonly errors: Gathering<unknown>
}

const start = (
  t: Test,
  options: Pick<RelayOptions, 'database'> & Partial<RelayOptions>,
): Started => {
  const entries = createGathering<LogEntry>()
  const errors = createGathering<unknown>()
  const relay = startRelay({
    deliver: (step) => entries.add(...step.entries),
    pollMs: () => 1_000,
    onError: (error) => errors.add(error),
    ...options,
  })
  t.teardown(() => relay.close())
  return { relay, entries, errors }
}

const insertTag = (database: Queryable, name: string): Promise<void> =>
  execute(database, `insert into tag (name) values ('${name}')`)
const namesOf = (entries: readonly LogEntry[]): readonly unknown[] =>
  entries.map(({ after }) => after?.['name'])

t.test('what was committed is delivered after a poke', async (t) => {
  const { relay, entries } = start(t, { database })
  for (const name of ['a', 'b', 'c']) {
    await insertTag(database, name)
    relay.poke()
  }
  await entries.until((all) => all.length === 3)
  t.same(namesOf(entries.all), ['a', 'b', 'c'])
})

t.test('what nobody has poked for is delivered too', async (t) => {
  const { relay, entries } = start(t, { database })
  await insertTag(database, 'a')
  relay.poke()
  await entries.until((all) => all.length === 1)
  await insertTag(database, 'b')
  await entries.until((all) => all.length === 2)
  t.same(namesOf(entries.all), ['a', 'b'])
})

t.test('a poke from within a transaction does no harm to it, nor it to the relay', async (t) => {
  const { relay, entries, errors } = start(t, { database })
  await database.transaction(async (transaction) => {
    await insertTag(transaction, 'a')
    relay.poke()
    await insertTag(transaction, 'b')
  })
  relay.poke()
  await entries.until((all) => all.length === 2)
  t.same(errors.all, [])
})

t.test(
  'what was committed and not delivered before a crash is delivered at the next start',
  async (t) => {
    const first = start(t, { database })
    await insertTag(database, 'a')
    first.relay.poke()
    await first.entries.until((all) => all.length === 1)
    await first.relay.close()
    await insertTag(database, 'b')
    const { entries } = start(t, { database })
    await entries.until((all) => all.length === 1)
    t.match(entries.all, [{ position: 2, after: { name: 'b' } }])
    t.equal(first.entries.all.length, 1)
  },
)

t.test('a backlog larger than a batch is delivered without waiting', async (t) => {
  await execute(database, `insert into tag (name) select 't' || i from generate_series(1, 1700) i`)
  const { entries } = start(t, { database })
  await entries.until((all) => all.length === 1700)
  t.same(entries.all.map(({ position }) => position), Array.from({ length: 1700 }, (_, at) => at + 1)) // prettier-ignore
})

t.test(
  'while the database is away the relay keeps trying, says so once, and goes on by itself',
  async (t) => {
    const tries = createGathering<undefined>()
    let isAway = true
    const query: Queryable['query'] = async (statement) => {
      tries.add(undefined)
      if (isAway) throw new UnavailableError()
      return database.query(statement)
    }
    const { entries, errors } = start(t, { database: { query } })
    await insertTag(database, 'a')
    await tries.until((all) => all.length > 3)
    isAway = false
    await entries.until((all) => all.length === 1)
    t.match(errors.all, [{ name: 'UnavailableError' }])
    t.equal(errors.all.length, 1)
  },
)

t.test('who fails to take a delivery is asked again with what comes next', async (t) => {
  const positions = createGathering<number>()
  const failure = new UnavailableError('not now')
  const { relay, errors } = start(t, {
    database,
    deliver: ({ position }) => {
      positions.add(position)
      if (positions.all.filter((one) => one === 1).length === 1 && position === 1) throw failure
    },
  })
  await insertTag(database, 'a')
  relay.poke()
  await positions.until((all) => all.filter((one) => one === 1).length === 2)
  t.same(errors.all, [failure])
})

t.test('closing waits for the delivery under way, and nothing comes after it', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const go = Promise.withResolvers<undefined>()
  const done: number[] = []
  const { relay } = start(t, {
    database,
    async deliver({ position }) {
      if (position === 0) return
      begun.resolve(undefined)
      await go.promise
      done.push(position)
    },
  })
  await insertTag(database, 'a')
  relay.poke()
  await begun.promise
  const closing = relay.close()
  await insertTag(database, 'b')
  relay.poke()
  t.same(done, [])
  go.resolve(undefined)
  await closing
  t.same(done, [1])
  await relay.close()
  t.same(done, [1])
})
