/** That tries are counted one by one for everybody, come back with time, and are stalled longer and longer where that is asked. */
import t from 'tap'
import { createLimitKeeper } from '../../../framework/postgres/limits.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { deleteExpired } from '../../../framework/postgres/retention.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, emptySamples, execute } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

const keeper = createLimitKeeper(database)
const HOUR = 3600
/** One comes back in a thousand hours, so that nothing does while a test runs. */
const SLOW = { count: 3, seconds: 3000 * HOUR }
const STALLING = { ...SLOW, longestStallSeconds: 10 }

/** As if so many seconds had gone by. */
const pass = (seconds: number): Promise<void> =>
  execute(
    database,
    `update holdfast_limit set at = at - interval '${seconds} s',
      known_until = known_until - interval '${seconds} s',
      expires_at = expires_at - interval '${seconds} s'`,
  )

/** Takes until it is refused. @returns how many there were, and the wait in hours */
async function drain(key: string, bucket = SLOW): Promise<readonly [number, number]> {
  for (let taken = 0; ; taken += 1) {
    const { waitSeconds } = await keeper.take(key, bucket)
    if (waitSeconds > 0) return [taken, Math.round(waitSeconds / HOUR)]
  }
}

t.test('so many are taken and no more, and each key is counted apart', async (t) => {
  t.same(await drain('a'), [3, 1000])
  t.same(await drain('a'), [0, 1000], 'who is refused has taken nothing')
  t.same(await drain('b', { count: 1, seconds: 10 * HOUR }), [1, 10])
})

t.test('tries come back evenly, to the full count and not beyond', async (t) => {
  await drain('a')
  await pass(990 * HOUR)
  t.same(await drain('a'), [0, 10])
  await pass(20 * HOUR)
  t.same(await drain('a'), [1, 990])
  await pass(2000 * HOUR)
  t.same(await drain('a'), [2, 990])
  await pass(1_000_000 * HOUR)
  t.same(await drain('a'), [3, 1000])
})

t.test('a clock that is set back gives nothing, and takes nothing', async (t) => {
  await drain('a')
  await pass(-5000 * HOUR)
  t.same(await drain('a'), [0, 1000])
})

t.test('of those who ask at the same time only so many are served', async (t) => {
  const asked = Array.from({ length: 20 }, () => keeper.take('a', SLOW))
  const served = (await Promise.all(asked)).filter(({ waitSeconds }) => waitSeconds === 0)
  t.equal(served.length, 3)
})

t.test('beyond the count each try is stalled twice as long, up to the longest', async (t) => {
  for (let count = 0; count < 3; count += 1) await keeper.take('a', STALLING)
  for (const stall of [1, 2, 4, 8, 10, 10, 10]) {
    // A try in the future has just been: however slow this is, no time goes by.
    await pass(-HOUR)
    t.equal((await keeper.take('a', STALLING)).waitSeconds, stall)
    await pass(HOUR + stall)
    t.equal((await keeper.take('a', STALLING)).waitSeconds, 0, `after ${stall} s`)
  }
  await pass(8000 * HOUR)
  for (let count = 0; count < 3; count += 1) {
    t.equal((await keeper.take('a', STALLING)).waitSeconds, 0, 'quiet forgets in a bounded time')
  }
  await pass(-HOUR)
  t.equal((await keeper.take('a', STALLING)).waitSeconds, 1)
})

t.test('what is given back can be taken again', async (t) => {
  await drain('a')
  await keeper.giveBack('a')
  t.same(await drain('a'), [1, 1000])
  await keeper.giveBack('b')
  t.same(await drain('b'), [3, 1000])
  for (let round = 0; round < 5; round += 1) await keeper.giveBack('a')
  t.same(await drain('a'), [3, 1000], 'never more than the count')
})

t.test('trust fills the bucket, and is known for its time', async (t) => {
  await drain('a')
  await keeper.trust('a', 100 * HOUR)
  t.same(await keeper.take('a', SLOW), { waitSeconds: 0, isKnown: true })
  t.same(await drain('a'), [2, 1000])
  await keeper.trust('new', 100 * HOUR)
  t.same(await keeper.take('new', SLOW), { waitSeconds: 0, isKnown: true })
  t.same(await keeper.take('other', SLOW), { waitSeconds: 0, isKnown: false })
  await pass(101 * HOUR)
  await keeper.giveBack('a')
  t.same(await keeper.take('a', SLOW), { waitSeconds: 0, isKnown: false })
  await keeper.trust('a', 100 * HOUR)
  t.same(await keeper.take('a', SLOW), { waitSeconds: 0, isKnown: true }, 'and again')
})

t.test('what is as good as absent is deleted, and nothing else', async (t) => {
  await execute(
    database,
    `insert into holdfast_limit (key, level, at, expires_at)
      select i::text, 1, now(), now() - interval '1 s' from generate_series(1, 1500) i`,
  )
  await drain('a')
  await keeper.take('once', SLOW)
  await keeper.trust('known', 4500 * HOUR)
  await keeper.take('known', SLOW)
  const keys = () => cell(database, `select string_agg(key, ' ' order by key) from holdfast_limit`)
  await deleteExpired(database)
  t.equal(await keys(), 'a known once')
  await pass(1001 * HOUR)
  await deleteExpired(database)
  t.equal(await keys(), 'a known')
  await pass(2000 * HOUR)
  await deleteExpired(database)
  t.equal(await keys(), 'known')
  await pass(2000 * HOUR)
  await deleteExpired(database)
  t.equal(await keys(), null)
})

t.test('what is counted is told to nobody', async (t) => {
  await drain('a')
  t.equal(await cell(database, 'select count(*)::int from holdfast_outbox'), 0)
  t.equal(await cell(database, 'select count(*)::int from holdfast_log'), 0)
})
