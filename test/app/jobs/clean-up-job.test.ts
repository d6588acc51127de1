/** Tests clean-up-job.ts. */
import t from 'tap'
import { cleanUpJob } from '../../../app/jobs/clean-up-job.ts'
import { runJob } from '../../kit/jobs.ts'

t.test('it runs at its times, one at a time', async (t) => {
  let runs = 0
  const job = cleanUpJob('sweep', '1 2 * * *', async () => void (runs += 1))
  t.equal(job.name, 'sweep')
  t.match(job.triggers, [{ kind: 'cron', expression: '1 2 * * *' }])
  t.match(job, { concurrency: 1, timeoutSeconds: 600, retries: { count: 3 } })
  await runJob(job, {})
  t.equal(runs, 1)
})
