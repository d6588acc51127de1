/** Tests log-follower.ts: that each change is handed on once and in order, whatever other processes say of it. */
import t, { type Test } from 'tap'
import type { Queryable } from '../../../framework/postgres/database.ts'
import { followLog, type LogFollower } from '../../../framework/postgres/log-follower.ts'
import { openLog, type LogPage } from '../../../framework/postgres/log.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { createRelaySteps } from '../../../framework/postgres/relay-step.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering, type Gathering } from '../../kit/gathering.ts'
import { samples } from '../../kit/sample-resources.ts'
import { emptySamples, execute } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

interface Following {
  readonly follower: LogFollower
  readonly told: Gathering<string>
  readonly errors: unknown[]
  /** How often the log was read. */
  reads(): number
  /** Whether the database is away for the follower. */
  setAway(value: boolean): void
}

const follow = async (t: Test, pollMs = Infinity): Promise<Following> => {
  let [reads, isAway] = [0, false]
  const query: Queryable['query'] = async (statement) => {
    reads += 1
    if (isAway) throw new RangeError('away')
    return database.query(statement)
  }
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const log = await openLog({ database: { query }, registry: samples, onError })
  const told = createGathering<string>()
  log.follow(({ changes }) =>
    told.add(...changes.map(({ position, key }) => `${String(position)} ${key}`)),
  )
  const follower = followLog({ log, pollMs: () => pollMs, onError })
  t.teardown(() => follower.close())
  reads = 0
  return { follower, told, errors, reads: () => reads, setAway: (value) => (isAway = value) }
}

/** What another process numbers, step by step. */
const numbering = () => {
  const steps = createRelaySteps(database)
  return async (...names: readonly string[]): Promise<LogPage> => {
    for (const name of names) await execute(database, `insert into tag (name) values ('${name}')`)
    return steps.step()
  }
}
const has =
  (length: number) =>
  (all: readonly string[]): boolean =>
    all.length === length

t.test('what another process has numbered is handed on as it comes, without reading', async (t) => {
  const { follower, told, reads } = await follow(t)
  const number = numbering()
  const [one, two] = [await number('a', 'b'), await number('c')]
  follower.hear(one)
  follower.hear(two)
  await told.until(has(3))
  t.same(told.all, ['1 a', '2 b', '3 c'])
  t.equal(reads(), 0)
})

t.test('what comes twice, late, or in parts is handed on once', async (t) => {
  const { follower, told } = await follow(t)
  const number = numbering()
  const [one, two] = [await number('a'), await number('b')]
  const both = { ...two, entries: [...one.entries, ...two.entries] }
  for (const message of [one, one, both, two, one]) follower.hear(message)
  await told.until(has(2))
  const three = await number('c')
  follower.hear(three)
  await told.until(has(3))
  t.same(told.all, ['1 a', '2 b', '3 c'])
})

t.test('a gap, a bare position, and an epoch of others are read from the log', async (t) => {
  const { follower, told } = await follow(t)
  const number = numbering()
  await number('a')
  follower.hear(await number('b'))
  await told.until(has(2))
  follower.hear({ ...(await number('c')), entries: [] })
  await told.until(has(3))
  const { entries } = await number('d')
  follower.hear({ epoch: 'another', position: 900, entries })
  await told.until(has(4))
  t.same(told.all, ['1 a', '2 b', '3 c', '4 d'])
})

t.test('a new epoch goes on where this process was, so that nothing is passed over', async (t) => {
  const { follower, told } = await follow(t)
  const number = numbering()
  follower.hear(await number('a'))
  await number('b')
  await execute(database, 'truncate tag, mark, note, everything')
  follower.hear(await number('c'))
  await told.until(has(3))
  await number('d')
  await execute(database, 'truncate tag, mark, note, everything')
  await follower.accept(await number('e'))
  t.same(told.all, ['1 a', '2 b', '3 c', '4 d', '5 e'])
})

t.test('nobody has to say anything', async (t) => {
  const { told } = await follow(t, 1)
  await numbering()('a')
  await told.until(has(1))
})

t.test('while the database is away it says so once, and catches up afterwards', async (t) => {
  const { follower, told, errors, reads, setAway } = await follow(t, 1)
  setAway(true)
  const before = reads()
  await numbering()('a')
  follower.look()
  const tries = createGathering<undefined>()
  const timer = setInterval(() => tries.add(undefined), 10)
  await tries.until(() => reads() > before + 2)
  clearInterval(timer)
  setAway(false)
  await told.until(has(1))
  t.match(errors, [{ message: 'away' }])
  t.equal(errors.length, 1)
})

t.test('a flood of messages does not pile up behind a slow database', async (t) => {
  const { follower, told } = await follow(t)
  const number = numbering()
  await number('a')
  const step = await number('b')
  const accepting = follower.accept(step)
  for (let count = 0; count < 1_000; count += 1) follower.hear(step)
  const last = await number('c')
  for (let count = 0; count < 1_000; count += 1) follower.hear(last)
  await accepting
  await told.until(has(3))
  t.same(told.all, ['1 a', '2 b', '3 c'])
})
