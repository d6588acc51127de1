/** Tests job-sender.ts: whose transaction a job is sent with. */
import t from 'tap'
import type { JobSender, JobTransactionOptions } from '../../../framework/action/job.ts'
import { job } from '../../../framework/action/job.ts'
import { NO_JOBS, senderWithin } from '../../../framework/action/job-sender.ts'
import { InternalError } from '../../../framework/errors.ts'

const look = job('look', { run: async () => undefined })

t.test('without jobs none is sent', async (t) => {
  await t.rejects(NO_JOBS.send(look, {}), InternalError)
  await t.rejects(senderWithin(NO_JOBS, {}).send(look, {}), /The job look is not served/)
})

t.test('a job goes with the transaction that its sender is within', async (t) => {
  const sent: (JobTransactionOptions | undefined)[] = []
  const jobs: JobSender<JobTransactionOptions> = {
    async send(_job, _payload, options) {
      sent.push(options)
      return true
    },
  }
  const transaction = {}
  const options = { key: 'a' }
  t.equal(await senderWithin(jobs, transaction).send(look, {}, options), true)
  await senderWithin(jobs, undefined).send(look, {}, options)
  t.strictSame(sent, [{ key: 'a', transaction }, { key: 'a' }])
  t.equal(sent[0]?.transaction, transaction)
})
