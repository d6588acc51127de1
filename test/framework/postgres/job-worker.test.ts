/** That a worker does so many jobs at a time, and looks again as soon as there is place. */
import t, { type Test } from 'tap'
import Type from 'typebox'
import { job } from '../../../framework/action/job.ts'
import { InternalError } from '../../../framework/errors.ts'
import type { Claim, JobClaims } from '../../../framework/postgres/job-claims.ts'
import { startJobWorker } from '../../../framework/postgres/job-worker.ts'
import { createGathering } from '../../kit/gathering.ts'
import { NEVER_MS, NO_CONTEXT } from '../../kit/jobs.ts'

const CONCURRENCY = 3

/** A worker on so many jobs that each wait until they may end. */
function start(t: Test, count: number, faults: Partial<JobClaims> = {}) {
  const waiting: Claim[] = Array.from({ length: count }, (_, index) => ({
    id: String(index),
    attempt: 1,
    payload: {},
  }))
  const settled = createGathering<string>()
  const errors = createGathering<unknown>()
  const running = createGathering<() => void>()
  const look = job('look', {
    payload: Type.Object({}),
    concurrency: CONCURRENCY,
    run: () => new Promise<void>((resolve) => running.add(resolve)),
  })
  const claims: JobClaims = {
    claim: async (limit) => waiting.splice(0, limit),
    beat: async () => true,
    complete: async ({ id }) => settled.add(`complete ${id}`),
    fail: async ({ id }) => settled.add(`fail ${id}`),
    handBack: async ({ id }) => settled.add(`handBack ${id}`),
    ...faults,
  }
  const onError = (error: unknown): void => errors.add(error)
  const options = { job: look, claims, context: NO_CONTEXT, beatMs: NEVER_MS, onError }
  const worker = startJobWorker({ ...options, pollMs: NEVER_MS })
  t.teardown(() => worker.close(0))
  return { worker, waiting, settled, errors, running }
}

t.test('a worker does so many at a time, and the next when one ends', async (t) => {
  const { waiting, settled, running } = start(t, 5)
  await running.until((all) => all.length === CONCURRENCY)
  t.equal(waiting.length, 2)
  running.all[1]?.()
  await running.until((all) => all.length === CONCURRENCY + 1)
  t.same(settled.all, ['complete 1'])
  t.equal(waiting.length, 1)
})

t.test('a worker that is woken looks for more', async (t) => {
  const { worker, waiting, running } = start(t, 1)
  await running.until((all) => all.length === 1)
  waiting.push({ id: 'late', attempt: 1, payload: {} })
  worker.wake()
  await running.until((all) => all.length === 2)
})

t.test('a worker that can’t reach the queue says so and tries again', async (t) => {
  let failures = 2
  const { errors, running } = start(t, 0, {
    async claim() {
      failures -= 1
      if (failures >= 0) throw new InternalError('Away.')
      return running.all.length === 0 ? [{ id: 'a', attempt: 1, payload: {} }] : []
    },
  })
  await running.until((all) => all.length === 1)
  t.equal(errors.all.length, 1, 'the same failure is told once')
})

t.test('a worker that ends claims no more, and waits for its jobs', async (t) => {
  const { worker, waiting, settled, running } = start(t, CONCURRENCY + 1)
  await running.until((all) => all.length === CONCURRENCY)
  const closing = worker.close(NEVER_MS)
  for (const end of running.all) end()
  await closing
  t.equal(settled.all.length, CONCURRENCY)
  t.equal(waiting.length, 1)
})

t.test('jobs that do not end in time are handed back', async (t) => {
  const { worker, settled, running } = start(t, 2)
  await running.until((all) => all.length === 2)
  await worker.close(0)
  t.same(settled.all.toSorted(), ['handBack 0', 'handBack 1'])
})

t.test('what was claimed while it ended is handed back', async (t) => {
  const claiming = Promise.withResolvers<readonly Claim[]>()
  const { worker, settled } = start(t, 0, { claim: () => claiming.promise })
  const closing = worker.close(NEVER_MS)
  claiming.resolve([{ id: 'late', attempt: 1, payload: {} }])
  await closing
  t.same(settled.all, ['handBack late'])
})
