/** Which changes send which jobs, and in whose transaction. */
import t from 'tap'
import Type from 'typebox'
import {
  CHANGE_PAYLOAD,
  cron,
  job,
  onlyWhen,
  type JobSender,
  type JobTransactionOptions,
} from '../../../framework/action/job.ts'
import { DeclarationError } from '../../../framework/errors.ts'
import type { Change } from '../../../framework/event/change.ts'
import { afterCreate, afterUpdate } from '../../../framework/event/change-trigger.ts'
import { startJobTrigger, triggeredJobs } from '../../../framework/postgres/job-triggers.ts'
import type { DurableReader } from '../../../framework/postgres/open-stores.ts'
import { samples } from '../../kit/sample-resources.ts'

const run = async (): Promise<void> => undefined
const change: Change = {
  position: 7,
  resource: 'tag',
  operation: 'create',
  key: 'a',
  before: undefined,
  after: { name: 'a' },
}

t.test('each change that sets off a job is one', (t) => {
  const triggers = [afterCreate('tag'), afterUpdate('place')]
  const watch = job('watch', { payload: CHANGE_PAYLOAD, triggers, run })
  const nightly = job('nightly', { triggers: [cron('0 3 * * *')], run })
  const sent = job('sent', { payload: Type.Object({}), run })
  t.strictSame(
    triggeredJobs(samples, [watch, nightly, sent]),
    triggers.map((trigger) => ({ job: watch, trigger })),
  )
  const astray = job('astray', { payload: CHANGE_PAYLOAD, triggers: [afterCreate('none')], run })
  t.throws(() => triggeredJobs(samples, [astray]), DeclarationError)
  t.end()
})

t.test('a change is sent in the transaction that keeps the place', async (t) => {
  const readers: DurableReader[] = []
  const sent: unknown[] = []
  const jobs: JobSender<JobTransactionOptions> = {
    async send({ name }, payload, options) {
      sent.push([name, payload, options])
      return true
    },
  }
  const watch = job('watch', { payload: CHANGE_PAYLOAD, run })
  const consume = async (reader: DurableReader) => {
    readers.push(reader)
    return { close: async () => undefined }
  }
  await startJobTrigger({ job: watch, trigger: afterCreate('tag') }, consume, jobs)
  const [reader] = readers
  t.equal(reader?.name, 'job watch after create of tag')
  t.equal(reader?.isWanted(change), true)
  t.equal(reader?.isWanted({ ...change, operation: 'update' }), false)
  t.equal(reader?.isWanted({ ...change, resource: 'place' }), false)
  const transaction = {}
  await reader?.handle(change, transaction)
  const payload = { resource: 'tag', operation: 'create', key: 'a', after: { name: 'a' } }
  t.strictSame(sent, [['watch', payload, { transaction }]])
})

t.test('a condition chooses among the changes', async (t) => {
  const readers: DurableReader[] = []
  const consume = async (reader: DurableReader) => {
    readers.push(reader)
    return { close: async () => undefined }
  }
  const trigger = onlyWhen(afterCreate('tag'), ({ after }) => after?.['name'] === 'a')
  const watch = job('watch', { payload: CHANGE_PAYLOAD, triggers: [trigger], run })
  for (const one of triggeredJobs(samples, [watch])) {
    await startJobTrigger(one, consume, { send: async () => true })
  }
  const [reader] = readers
  t.equal(reader?.isWanted(change), true)
  t.equal(reader?.isWanted({ ...change, after: { name: 'b' } }), false)
  t.equal(reader?.isWanted({ ...change, operation: 'update' }), false)
})
