/** That what is sent is done once its transaction has committed, by one of many processes, which hear of it by the bus. */
import t, { type Test } from 'tap'
import Type from 'typebox'
import { job } from '../../../framework/action/job.ts'
import { InternalError } from '../../../framework/errors.ts'
import { SYSTEM_CLOCK } from '../../../framework/event/clock.ts'
import type { Database } from '../../../framework/postgres/database.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'
import { startTestJobs } from '../../kit/jobs.ts'
import { createMemoryBus } from '../../kit/memory-bus.ts'

const NOTE = Type.Object({ text: Type.String({ maxLength: 8 }) }, { additionalProperties: false })
const lengthIs = (length: number) => (all: readonly unknown[]) => all.length === length

/** A job that tells what it was sent. */
function noting() {
  const done = createGathering<string>()
  const note = job('note', { payload: NOTE, run: async ({ text }) => done.add(text) })
  return { note, done }
}

/** How many jobs wait, run or are done. */
async function count(database: Database): Promise<unknown> {
  const text = `select count(*)::int from holdfast_jobs.job where name = 'note'`
  return (await database.query({ text, values: [] })).rows[0]?.[0]
}

/** The worker in another process than who sends. */
async function startTwo(t: Test, note: ReturnType<typeof noting>['note']) {
  const database = await openTestDatabase(t)
  const bus = createMemoryBus({ clock: SYSTEM_CLOCK })
  const { jobs } = await startTestJobs(t, database, [note], { bus: bus.join(), isWorking: false })
  const worker = await startTestJobs(t, database, [note], { bus: bus.join() })
  return { database, bus, jobs, worker }
}

t.test('what a transaction sends is done when it has committed', async (t) => {
  const database = await openTestDatabase(t)
  const { note, done } = noting()
  const { jobs, transactions } = await startTestJobs(t, database, [note])
  await t.rejects(
    transactions.transaction(async (transaction) => {
      t.equal(await jobs.send(note, { text: 'undone' }, { transaction }), true)
      throw new InternalError('No.')
    }),
  )
  t.equal(await count(database), 0)
  await transactions.transaction(async (transaction) => {
    await jobs.send(note, { text: 'kept' }, { transaction })
    t.same(done.all, [])
  })
  await done.until(lengthIs(1))
  await jobs.send(note, { text: 'alone' })
  await done.until(lengthIs(2))
  t.same(done.all, ['kept', 'alone'])
})

t.test('what has a key is sent once, also when it was done', async (t) => {
  const database = await openTestDatabase(t)
  const { note, done } = noting()
  const { jobs, transactions } = await startTestJobs(t, database, [note])
  t.equal(await jobs.send(note, { text: 'first' }, { key: 'a' }), true)
  await done.until(lengthIs(1))
  t.equal(await jobs.send(note, { text: 'again' }, { key: 'a' }), false)
  const inTransaction = transactions.transaction((transaction) =>
    jobs.send(note, { text: 'again' }, { key: 'a', transaction }),
  )
  t.equal(await inTransaction, false)
  t.equal(await jobs.send(note, { text: 'second' }, { key: 'b' }), true)
  await done.until(lengthIs(2))
  t.same(done.all, ['first', 'second'])
})

t.test('what is for later waits', async (t) => {
  const database = await openTestDatabase(t)
  const { note, done } = noting()
  const { jobs } = await startTestJobs(t, database, [note])
  await jobs.send(note, { text: 'later' }, { afterSeconds: 3600 })
  await jobs.send(note, { text: 'now' })
  await done.until(lengthIs(1))
  t.same(done.all, ['now'])
})

t.test('what is not declared is the sender’s defect', async (t) => {
  const database = await openTestDatabase(t)
  const { note } = noting()
  const { jobs } = await startTestJobs(t, database, [note])
  const loose = job('note', { payload: Type.Object({}), run: async () => undefined })
  await t.rejects(jobs.send(loose, {}), new InternalError('The job note is not served: add it to the jobs of serve().')) // prettier-ignore
  const wrong = job('wrong', { payload: Type.Any(), run: async () => undefined })
  const { jobs: others } = await startTestJobs(t, database, [wrong])
  await t.rejects(others.send(wrong, 7), InternalError)
  await t.rejects(
    jobs.send(note, { text: 'x'.repeat(9) }),
    /Job note was sent what it does not declare: \/text/,
  )
})

t.test('one process does what another has sent, as soon as the bus tells it', async (t) => {
  const { note, done } = noting()
  const { jobs } = await startTwo(t, note)
  await jobs.send(note, { text: 'told' })
  await done.until(lengthIs(1))
  t.same(done.all, ['told'])
})

t.test('a process looks for jobs when the bus may have lost what told of them', async (t) => {
  const { note, done } = noting()
  const { bus, jobs } = await startTwo(t, note)
  bus.faults.loss = 1
  await jobs.send(note, { text: 'lost' })
  bus.gap()
  await done.until(lengthIs(1))
})

t.test('a process looks for jobs by itself, now and then', async (t) => {
  const database = await openTestDatabase(t)
  const { note, done } = noting()
  const { jobs } = await startTestJobs(t, database, [note], { isWorking: false })
  await startTestJobs(t, database, [note], { pollMs: 20 })
  await jobs.send(note, { text: 'found' })
  await done.until(lengthIs(1))
})

t.test('of many jobs each is done by one process', async (t) => {
  const COUNT = 40
  const { note, done } = noting()
  const { database, bus, jobs } = await startTwo(t, note)
  await startTestJobs(t, database, [note], { bus: bus.join() })
  const texts = Array.from({ length: COUNT }, (_, index) => String(index))
  await Promise.all(texts.map((text) => jobs.send(note, { text })))
  await done.until((all) => all.length >= COUNT)
  t.same(done.all.toSorted(), texts.toSorted())
})

t.test('jobs that send jobs', async (t) => {
  const database = await openTestDatabase(t)
  const { note, done } = noting()
  const starts = job('starts', {
    async run(_payload, { jobs, transactions }) {
      await transactions.transaction(async (transaction) => {
        await jobs.send(note, { text: 'by a job' }, { transaction })
      })
    },
  })
  const { jobs } = await startTestJobs(t, database, [note, starts])
  await jobs.send(starts, {})
  await done.until(lengthIs(1))
})

t.test('a process that ends gives its jobs time, and can still send', async (t) => {
  const database = await openTestDatabase(t)
  const mayEnd = Promise.withResolvers<undefined>()
  const started = createGathering<string>()
  const ended = createGathering<string>()
  const slow = job('slow', {
    async run(_payload, { signal }) {
      started.add('one')
      await mayEnd.promise
      ended.add(signal.aborted ? 'aborted' : 'done')
    },
  })
  const { jobs, errors } = await startTestJobs(t, database, [slow])
  await jobs.send(slow, {})
  await started.until(lengthIs(1))
  const stopping = jobs.stopWorking(60_000)
  t.equal(await jobs.send(slow, {}), true)
  mayEnd.resolve(undefined)
  await stopping
  t.same(ended.all, ['done'])
  t.same(errors.all, [])
  await jobs.close()
  t.same(started.all, ['one'])
})

t.test('what does not end in time is another process’s, with no try lost', async (t) => {
  const database = await openTestDatabase(t)
  const attempts = createGathering<string>()
  const endless = job('endless', {
    retries: { count: 0 },
    run: (_payload, { id, attempt }) => {
      attempts.add(`${id} ${String(attempt)}`)
      return attempts.all.length > 1 ? Promise.resolve() : new Promise(() => undefined)
    },
  })
  const { jobs, errors } = await startTestJobs(t, database, [endless])
  await jobs.send(endless, {})
  await attempts.until(lengthIs(1))
  await jobs.stopWorking(0)
  await startTestJobs(t, database, [endless])
  await attempts.until(lengthIs(2))
  t.equal(attempts.all[0], attempts.all[1])
  t.same(errors.all, [])
})
