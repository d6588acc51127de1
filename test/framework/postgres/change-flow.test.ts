/** Tests change-flow.ts: that changes reach the log of every process soon, whoever writes and whoever leads. */
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { createMemoryBus } from '../../../framework/bus/memory-bus.ts'
import type { Bus } from '../../../framework/event/bus.ts'
import { startChangeFlow, type ChangeFlow } from '../../../framework/postgres/change-flow.ts'
import type { Database } from '../../../framework/postgres/database.ts'
import { openLog } from '../../../framework/postgres/log.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { openPgDatabase } from '../../../framework/postgres/pg-database.ts'
import { createServerDatabase, openTestDatabase, SERVER_URL } from '../../kit/database.ts'
import { createGathering, type Gathering } from '../../kit/gathering.ts'
import { samples } from '../../kit/sample-resources.ts'
import { execute } from '../../kit/sql.ts'

interface Process {
  readonly flow: ChangeFlow
  readonly told: Gathering<string>
}

const start = async (t: Test, database: Database, bus?: Bus): Promise<Process> => {
  const onError = (error: unknown): void => void t.error(error)
  const log = await openLog({ database, registry: samples, onError })
  const told = createGathering<string>()
  log.follow(({ changes }) => told.add(...changes.map(({ key }) => key)))
  const flow = startChangeFlow({ database, log, bus, onError })
  t.teardown(async () => {
    await flow.close()
    await bus?.close()
  })
  return { flow, told }
}
const openDatabase = async (t: Test): Promise<Database> => {
  const database = await openTestDatabase(t)
  await migrate(database, { registry: samples })
  return database
}
const insert = (database: Database, name: string): Promise<void> =>
  execute(database, `insert into tag (name) values ('${name}')`)

t.test('whoever writes, all processes are told in one order, at once', async (t) => {
  const database = await openDatabase(t)
  const memory = createMemoryBus()
  const all = [
    await start(t, database, memory.connect()),
    await start(t, database, memory.connect()),
    await start(t, database, memory.connect()),
  ]
  const before = performance.now()
  for (let round = 0; round < 20; round += 1) {
    await insert(database, `t${String(round)}`)
    all[round % 3]?.flow.poke()
    await Promise.all(all.map(({ told }) => told.until((keys) => keys.length === round + 1)))
  }
  t.ok(performance.now() - before < 5_000, 'by itself each looks twice a second')
  for (const { told } of all) t.same(told.all, all[0]?.told.all)
})

t.test(
  'without a bus, or with one that loses everything, the log is found by looking',
  async (t) => {
    const database = await openDatabase(t)
    const deaf: Bus = { ...createMemoryBus().connect(), maxBytes: 1_000_000 }
    const all = [await start(t, database), await start(t, database, deaf)]
    await insert(database, 'a')
    await Promise.all(all.map(({ told }) => told.until((keys) => keys.length === 1)))
  },
)

t.test('when the one who leads ends, another goes on', async (t) => {
  const database = await openDatabase(t)
  const memory = createMemoryBus()
  const [one, two] = [
    await start(t, database, memory.connect()),
    await start(t, database, memory.connect()),
  ]
  await insert(database, 'a')
  one.flow.poke()
  await Promise.all([one, two].map(({ told }) => told.until((keys) => keys.length === 1)))
  await one.flow.close()
  await insert(database, 'b')
  two.flow.poke()
  await two.told.until((keys) => keys.length === 2)
  t.same(one.told.all, ['a'], 'nothing is told after the end')
})

t.test('nonsense on the bus harms nobody', async (t) => {
  const database = await openDatabase(t)
  const memory = createMemoryBus()
  const { told, flow } = await start(t, database, memory.connect())
  const stranger = memory.connect()
  for (const text of ['', 'nonsense', '["x",99,[]]', '[null]']) stranger.send('log', text)
  stranger.send('outbox', 'whatever')
  await insert(database, 'a')
  flow.poke()
  await told.until((keys) => keys.length === 1)
  t.same(told.all, ['a'])
})

if (SERVER_URL !== undefined) addServerTests(SERVER_URL)

function addServerTests(serverUrl: string): void {
  t.test('a leader that has stopped without losing the lock stops nobody', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const database = await openPgDatabase({ url, onError: (error) => t.error(error) })
    t.teardown(() => database.close())
    await migrate(database, { registry: samples })
    const stopped = new Client({ connectionString: url })
    await stopped.connect()
    t.teardown(() => stopped.end())
    await stopped.query(
      `select pg_advisory_lock(hashtext('holdfast relay'), hashtext(current_schema()::text))`,
    )
    const memory = createMemoryBus()
    const { told, flow } = await start(t, database, memory.connect())
    const before = performance.now()
    // The first look comes before anybody knows who leads.
    for (let count = 1; count <= 2; count += 1) {
      await insert(database, `t${String(count)}`)
      flow.poke()
      await told.until((keys) => keys.length === count)
    }
    t.ok(performance.now() - before < 12_000)
  })
}
