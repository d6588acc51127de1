/** That a durable reader handles each change that it wants once and in order, whatever fails in between. */
import t, { type Test } from 'tap'
import { ConflictError } from '../../../framework/errors.ts'
import type { Change } from '../../../framework/event/change.ts'
import {
  startConsumer,
  type Consumer,
  type ConsumerOptions,
} from '../../../framework/postgres/consumer.ts'
import { openLog, type ChangeLog } from '../../../framework/postgres/log.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { createRelaySteps } from '../../../framework/postgres/relay-step.ts'
import { createTransactions } from '../../../framework/postgres/transactions.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering, type Gathering } from '../../kit/gathering.ts'
import { samples } from '../../kit/sample-resources.ts'
import { column, emptySamples, execute } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
const transactions = createTransactions(database, () => undefined)
t.beforeEach(() => emptySamples(database))

/** Writes tags, and numbers and hands on what there is. */
const writer = async (): Promise<{
  readonly log: ChangeLog
  write(...names: readonly string[]): Promise<void>
}> => {
  const onError = (error: unknown): void => void t.error(error)
  const log = await openLog({ database, registry: samples, onError })
  const steps = createRelaySteps(database)
  return {
    log,
    async write(...names) {
      for (const name of names) await execute(database, `insert into tag (name) values ('${name}')`)
      await log.accept(await steps.step())
    },
  }
}

interface Started {
  readonly consumer: Consumer
  readonly handled: Gathering<string>
  readonly errors: Gathering<unknown>
}

/** Starts a consumer that puts a place for each tag. */
const start = async (
  t: Test,
  options: Pick<ConsumerOptions, 'feed'> & Partial<ConsumerOptions>,
): Promise<Started> => {
  const handled = createGathering<string>()
  const errors = createGathering<unknown>()
  const consumer = await startConsumer({
    database,
    transactions,
    registry: samples,
    name: 'places',
    isWanted: ({ resource }) => resource === 'tag',
    async handle(change, transaction) {
      await putPlace(change, transaction)
      handled.add(change.key)
    },
    onError: (error) => errors.add(error),
    ...options,
  })
  t.teardown(() => consumer.close())
  return { consumer, handled, errors }
}

const putPlace: ConsumerOptions['handle'] = async ({ key, position }, transaction) => {
  await transactions.queryable(transaction).query({
    text: `insert into place (country, number, title) values ($1, $2, '')`,
    values: [key, String(position)],
  })
}

const places = (): Promise<readonly unknown[]> =>
  column(database, 'select country from place order by number')
const lengthIs = (length: number) => (all: readonly unknown[]) => all.length === length

t.test('a new consumer begins with the next change, a known one where it was', async (t) => {
  const { log, write } = await writer()
  await write('before')
  const first = await start(t, { feed: log })
  await write('a', 'b')
  await first.handled.until(lengthIs(2))
  await first.consumer.close()
  await write('c')
  const second = await start(t, { feed: log })
  await write('d')
  await second.handled.until(lengthIs(2))
  await second.consumer.close()
  t.same(await places(), ['a', 'b', 'c', 'd'])
  t.same(first.errors.all.concat(second.errors.all), [])
})

t.test('what fails is tried again until it succeeds, and nothing is passed over', async (t) => {
  const { log, write } = await writer()
  const tries: string[] = []
  const done = createGathering<string>()
  const { errors } = await start(t, {
    feed: log,
    async handle(change, transaction) {
      tries.push(change.key)
      await putPlace(change, transaction)
      if (change.key === 'b' && tries.length < 4)
        throw new RangeError(`try ${String(tries.length)}`)
      done.add(change.key)
    },
  })
  await write('a', 'b', 'c')
  await done.until(lengthIs(3))
  t.same(tries, ['a', 'b', 'b', 'b', 'c'])
  t.match(errors.all, [{ message: 'try 2' }, { message: 'try 3' }])
})

t.test('what is not wanted is passed over, and not looked at again', async (t) => {
  const { log, write } = await writer()
  const seen: string[] = []
  const isWanted = ({ resource, key }: Change): boolean => {
    if (resource === 'tag') seen.push(key)
    return resource === 'tag' && key.startsWith('w')
  }
  const first = await start(t, { feed: log, isWanted })
  await write('a', 'w1', 'b', 'w2', 'c')
  await first.handled.until(lengthIs(2))
  await first.consumer.close()
  const second = await start(t, { feed: log, isWanted })
  await write('w3')
  await second.handled.until(lengthIs(1))
  t.same(first.handled.all.concat(second.handled.all), ['w1', 'w2', 'w3'])
  t.same(seen, ['a', 'w1', 'b', 'w2', 'c', 'w3'])
})

t.test('more than a page is handled in order', async (t) => {
  const { log, write } = await writer()
  const names = Array.from({ length: 250 }, (_, at) => `t${String(at)}`)
  const { handled } = await start(t, { feed: log })
  await write(...names)
  await handled.until(lengthIs(250))
  t.same(handled.all, names)
})

t.test('two processes with one name share the work and do nothing twice', async (t) => {
  const { log, write } = await writer()
  const handled = createGathering<string>()
  const handle: ConsumerOptions['handle'] = async (change, transaction) => {
    await putPlace(change, transaction)
    handled.add(change.key)
  }
  const both = [await start(t, { feed: log, handle }), await start(t, { feed: log, handle })]
  const names = Array.from({ length: 30 }, (_, at) => `t${String(at)}`)
  await write(...names)
  await handled.until((all) => all.length >= 30)
  for (const { consumer } of both) await consumer.close()
  t.same(await places(), names)
  const doubled = both
    .flatMap(({ errors }) => errors.all)
    .filter((error) => error instanceof ConflictError)
  t.same(doubled, [])
})

t.test('consumers of different names each handle everything', async (t) => {
  const { log, write } = await writer()
  const seen = createGathering<string>()
  for (const name of ['one', 'two']) {
    await start(t, { feed: log, name, handle: async ({ key }) => seen.add(`${name} ${key}`) })
  }
  await write('a', 'b')
  await seen.until(lengthIs(4))
  t.same(seen.all.toSorted(), ['one a', 'one b', 'two a', 'two b'])
})

t.test('changes that retention took before they were handled are told of', async (t) => {
  const { log, write } = await writer()
  const first = await start(t, { feed: log })
  await first.consumer.close()
  await write('a', 'b', 'c')
  await execute(database, 'delete from holdfast_log where position < 3')
  const { handled, errors } = await start(t, { feed: log })
  await handled.until(lengthIs(1))
  t.same(handled.all, ['c'])
  t.match(errors.all, [{ message: /places has missed the changes 1 to 2/ }])
})

t.test('a truncated table stops nobody', async (t) => {
  const { log, write } = await writer()
  const { handled } = await start(t, { feed: log })
  await write('a')
  await handled.until(lengthIs(1))
  await execute(database, 'truncate tag, mark, note, everything')
  await write('b')
  await handled.until(lengthIs(2))
  t.same(handled.all, ['a', 'b'])
})

t.test('closing waits for the change under way', async (t) => {
  const { log, write } = await writer()
  const begun = Promise.withResolvers<undefined>()
  const go = Promise.withResolvers<undefined>()
  const { consumer } = await start(t, {
    feed: log,
    async handle(change, transaction) {
      begun.resolve(undefined)
      await go.promise
      await putPlace(change, transaction)
    },
  })
  await write('a', 'b')
  await begun.promise
  const closing = consumer.close()
  go.resolve(undefined)
  await closing
  t.same(await places(), ['a'])
})

t.test('who finds another process at the same change lets it be', async (t) => {
  const { log, write } = await writer()
  const begun = Promise.withResolvers<undefined>()
  const go = Promise.withResolvers<undefined>()
  const slow = await start(t, {
    feed: log,
    async handle(change, transaction) {
      begun.resolve(undefined)
      await go.promise
      await putPlace(change, transaction)
    },
  })
  if (database.kind === 'pglite') go.resolve(undefined) // its transactions wait for each other
  await write('a')
  await begun.promise
  const other = await start(t, { feed: log })
  await write('b')
  await other.consumer.close() // waits for what it is at
  t.same(other.handled.all, database.kind === 'pglite' ? other.handled.all : [])
  go.resolve(undefined)
  while ((await places()).length < 2) await write()
  t.same(await places(), ['a', 'b'])
  t.same(slow.errors.all.concat(other.errors.all), [])
})
