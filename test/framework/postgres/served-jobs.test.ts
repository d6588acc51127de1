/** When the jobs of a server begin and end, and what sends before. */
import t from 'tap'
import { CHANGE_PAYLOAD, job } from '../../../framework/action/job.ts'
import { InternalError } from '../../../framework/errors.ts'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { openStoresOn } from '../../../framework/postgres/open-stores.ts'
import { servedJobs } from '../../../framework/postgres/served-jobs.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'
import { samples } from '../../kit/sample-resources.ts'

const onError = (error: unknown): void => void t.error(error)
const stores = await openStoresOn(await openTestDatabase(t), { registry: samples, onError })
t.teardown(() => stores.close())

t.test('jobs can be sent from when they have begun', async (t) => {
  const done = createGathering<string>()
  const look = job('look', { run: async () => done.add('look') })
  const watch = job('watch', {
    payload: CHANGE_PAYLOAD,
    triggers: [afterCreate('tag')],
    run: async ({ key }) => done.add(key),
  })
  const jobs = servedJobs(stores, { jobs: [look, watch] })
  t.equal(jobs.begun(), undefined)
  await t.rejects(jobs.sender.send(look, {}), InternalError)
  await jobs.begin(onError)
  t.not(jobs.begun(), undefined)
  await jobs.sender.send(look, {})
  await stores.store('tag').create({ name: 'a' })
  await done.until((all) => all.length === 2)
  t.same(done.all.toSorted(), ['a', 'look'])
  await jobs.stopWorking()
  t.equal(await jobs.sender.send(look, {}), true)
  await jobs.close()
})

t.test('without jobs nothing begins', async (t) => {
  const jobs = servedJobs(stores, {})
  await jobs.begin(onError)
  t.equal(jobs.begun(), undefined)
  await jobs.stopWorking()
  await jobs.close()
})

t.test('who does no jobs sends none for changes', async (t) => {
  const watch = job('watch_2', {
    payload: CHANGE_PAYLOAD,
    triggers: [afterCreate('tag')],
    run: async () => undefined,
  })
  const jobs = servedJobs(stores, { jobs: [watch], isDoingJobs: false })
  await jobs.begin(onError)
  const text = `select count(*)::int from holdfast_consumer where name like 'job watch_2 %'`
  t.strictSame((await stores.database.query({ text, values: [] })).rows, [[0]])
  await jobs.close()
})
