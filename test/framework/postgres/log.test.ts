/** That who follows the log gets every change once and in order, and who comes back is told whether it reaches back. */
import t from 'tap'
import type { ChangeBatch } from '../../../framework/event/change.ts'
import { openLog, readLog, type ChangeLog } from '../../../framework/postgres/log.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { createRelaySteps, type RelaySteps } from '../../../framework/postgres/relay-step.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { plainChange } from '../../kit/plain-change.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, execute, emptySamples } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

interface Opened {
  readonly log: ChangeLog
  readonly steps: RelaySteps
  readonly batches: ChangeBatch[]
  readonly errors: unknown[]
  /** Writes a tag, numbers what there is, and hands it on unless another relay did the numbering. */
  write(name: string, relay?: 'own' | 'other'): Promise<void>
}

const open = async (): Promise<Opened> => {
  const errors: unknown[] = []
  const log = await openLog({ database, registry: samples, onError: (error) => errors.push(error) })
  const batches: ChangeBatch[] = []
  log.follow((batch) => batches.push(batch))
  const steps = createRelaySteps(database)
  return {
    log,
    steps,
    batches,
    errors,
    async write(name, relay = 'own') {
      await execute(database, `insert into tag (name) values ('${name}')`)
      const step = await steps.step()
      if (relay === 'own') await log.accept(step)
    },
  }
}

const told = (batches: readonly ChangeBatch[]): readonly string[] =>
  batches.flatMap(({ changes }) => changes.map(({ position, key }) => `${String(position)} ${key}`))

t.test('what the relay numbers is handed on, as changes', async (t) => {
  const { log, write, batches } = await open()
  t.match(log.position(), { epoch: /^[a-z0-9]{12}$/, position: 0 })
  await write('a')
  await write('b')
  t.same(told(batches), ['1 a', '2 b'])
  t.same(log.position(), { epoch: batches[0]?.epoch, position: 2 })
  t.strictSame(batches[0]?.changes.map(plainChange), [
    {
      position: 1,
      resource: 'tag',
      operation: 'create',
      key: 'a',
      before: undefined,
      after: { name: 'a', description: null },
    },
  ])
})

t.test('what another relay has numbered is read before, without gap or repeat', async (t) => {
  const { write, batches, log, steps } = await open()
  await write('a', 'other')
  await write('b', 'other')
  await write('c')
  t.same(told(batches), ['1 a', '2 b', '3 c'])
  await write('d', 'other')
  await log.accept(await steps.step())
  t.same(told(batches).at(-1), '4 d', 'also when there is nothing else to hand on')
  await log.accept(await readLog(database, 2, 10))
  t.same(told(batches).length, 4, 'what comes twice is handed on once')
})

t.test('a long gap is read in parts', async (t) => {
  const { batches, steps, log } = await open()
  await execute(database, `insert into tag (name) select 't' || i from generate_series(1, 1200) i`)
  for (let at = 0; at < 3; at += 1) await steps.step()
  await log.accept(await steps.step())
  t.same(told(batches), Array.from({ length: 1200 }, (_, at) => `${String(at + 1)} t${String(at + 1)}`)) // prettier-ignore
  t.ok(batches.length >= 3)
})

t.test('what could not be handed on comes with the next call', async (t) => {
  const { steps } = await open()
  let isAway = false
  const log = await openLog({
    database: {
      query: (statement) =>
        isAway ? Promise.reject(new RangeError('away')) : database.query(statement),
    },
    registry: samples,
    onError: (error) => t.error(error),
  })
  const batches: ChangeBatch[] = []
  log.follow((batch) => batches.push(batch))
  await execute(database, `insert into tag (name) values ('a')`)
  await steps.step()
  await execute(database, `insert into tag (name) values ('b')`)
  const second = await steps.step()
  isAway = true
  await t.rejects(log.accept(second), /away/)
  t.same(batches, [])
  isAway = false
  await log.accept(await steps.step())
  t.same(told(batches), ['1 a', '2 b'])
})

t.test('a follower that throws keeps nothing from the others, and is told of', async (t) => {
  const { log, write, batches, errors } = await open()
  const failure = new RangeError('no')
  log.follow(() => {
    throw failure
  })
  const later: ChangeBatch[] = []
  const end = log.follow((batch) => later.push(batch))
  await write('a')
  end()
  await write('b')
  t.same(told(batches), ['1 a', '2 b'])
  t.same(told(later), ['1 a'])
  t.same(errors, [failure, failure])
})

t.test('a follower may leave, and another come, while changes are handed on', async (t) => {
  const { log, write } = await open()
  const seen: string[] = []
  const end = log.follow(() => {
    seen.push('first')
    end()
    log.follow(() => seen.push('second'))
  })
  await write('a')
  await write('b')
  t.same(seen, ['first', 'second'])
})

t.test('the log is read after a cursor, up to a limit', async (t) => {
  const { log, write } = await open()
  for (const name of ['a', 'b', 'c']) await write(name, 'other')
  const { epoch } = log.position()
  const read = async (position: number, limit = 10): Promise<readonly string[] | undefined> => {
    const batch = await log.read({ epoch, position }, limit)
    return batch && told([batch])
  }
  t.same(await read(0), ['1 a', '2 b', '3 c'])
  t.same(await read(1, 1), ['2 b'])
  t.same(await read(3), [])
})

t.test('a cursor that the log does not reach is told', async (t) => {
  const { log, write } = await open()
  for (const name of ['a', 'b', 'c']) await write(name)
  const { epoch } = log.position()
  t.equal(await log.read({ epoch: 'other', position: 1 }, 10), undefined)
  t.equal(await log.read({ epoch, position: 4 }, 10), undefined, 'from the future')
  await execute(database, 'delete from holdfast_log where position < 3')
  t.equal(await log.read({ epoch, position: 1 }, 10), undefined, 'behind retention')
  t.ok(await log.read({ epoch, position: 2 }, 10))
  await execute(database, 'delete from holdfast_log')
  t.equal(await log.read({ epoch, position: 2 }, 10), undefined)
  t.ok(await log.read({ epoch, position: 3 }, 10))
})

t.test(
  'a truncated table begins a new epoch for who follows, and who comes back reads anew',
  async (t) => {
    const { log, write, steps, batches } = await open()
    await write('a')
    const before = log.position()
    await execute(database, 'truncate tag, mark, note, everything')
    await log.accept(await steps.step())
    t.same(batches.at(-1)?.changes, [])
    t.not(batches.at(-1)?.epoch, before.epoch)
    t.same(log.position(), { epoch: batches.at(-1)?.epoch, position: 1 })
    t.equal(await log.read(before, 10), undefined)
    await execute(database, 'truncate tag, mark, note, everything')
    await write('b')
    t.same(batches.slice(-2).map(({ changes }) => changes.length), [0, 1]) // prettier-ignore
    t.same(told(batches), ['1 a', '2 b'])
  },
)

t.test(
  'who follows and is overtaken by retention begins anew, and everybody with it',
  async (t) => {
    const { log, write, batches } = await open()
    const { epoch } = log.position()
    await write('a', 'other')
    await execute(database, 'delete from holdfast_log')
    await write('b')
    t.not(log.position().epoch, epoch)
    t.equal(log.position().epoch, await cell(database, 'select epoch from holdfast_feed'))
    t.same(batches[0]?.changes, [])
    await write('c')
    t.same(told(batches).at(-1), '3 c')
  },
)
