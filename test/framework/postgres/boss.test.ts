/** That pg-boss's tables, queues and schedules are made, kept in step with what is declared, and refused when they can't be. */
import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { cron, job, type AnyJob, type JobDeclaration } from '../../../framework/action/job.ts'
import { DeclarationError, UnavailableError } from '../../../framework/errors.ts'
import { openBoss } from '../../../framework/postgres/boss.ts'
import type { Database } from '../../../framework/postgres/database.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'
import { startTestJobs } from '../../kit/jobs.ts'

const look = (declaration: Partial<JobDeclaration<never>> = {}): AnyJob =>
  job('look', { run: async () => undefined, ...declaration })

async function open(t: Test, database: Database, job: AnyJob, isKeeper = true) {
  const onError = (error: unknown): void => void t.error(error)
  const { boss, schema } = await openBoss({ database, jobs: [job], isKeeper, onError })
  t.teardown(() => boss.stop({ graceful: false }))
  return { boss, schema }
}

t.test('a job has a queue and one for its dead, as it is declared now', async (t) => {
  const database = await openTestDatabase(t)
  await open(t, database, look({ retries: { count: 3 } }))
  const again = look({ timeoutSeconds: 5, retries: { count: 2, longestRestSeconds: 60 } })
  const { boss, schema } = await open(t, database, again)
  t.equal(schema, 'holdfast_jobs')
  t.match(await boss.getQueue('look'), {
    policy: 'standard',
    deadLetter: 'look/dead',
    retryLimit: 2,
    retryDelay: 5,
    retryDelayMax: 60,
    retryBackoff: true,
    expireInSeconds: 20,
    deleteAfterSeconds: 86_400,
  })
  t.match(await boss.getQueue('look/dead'), { retentionSeconds: 30 * 86_400 })
})

t.test('a job that becomes ordered, or no longer is, needs another name', async (t) => {
  const database = await openTestDatabase(t)
  const ordered = look({ orderedBy: () => 'a' })
  await open(t, database, ordered)
  await t.rejects(open(t, database, look()), DeclarationError)
  await open(t, database, ordered)
})

t.test('many processes that start at once make the tables once', async (t) => {
  const database = await openTestDatabase(t)
  const opened = await Promise.all([1, 2, 3].map(() => open(t, database, look())))
  t.equal(opened.length, 3)
})

t.test('schedules are kept as they are declared', async (t) => {
  const database = await openTestDatabase(t)
  const twice = [cron('0 3 * * *'), cron('30 4 * * 1', { timeZone: 'Europe/Vienna' })]
  const { boss } = await open(t, database, look({ triggers: twice }))
  const schedules = async () =>
    (await boss.getSchedules('look')).map(({ cron, timezone }) => `${cron} ${timezone}`)
  t.same(await schedules(), ['0 3 * * * UTC', '30 4 * * 1 Europe/Vienna'])
  await open(t, database, look({ triggers: [cron('0 5 * * *')] }), false)
  t.equal((await schedules()).length, 2, 'who does no jobs keeps no schedules')
  await open(t, database, look({ triggers: [cron('0 5 * * *')] }))
  t.same(await schedules(), ['0 5 * * * UTC'])
  await open(t, database, look())
  t.same(await schedules(), [])
})

t.test('a schedule that can’t be is the developer’s mistake', async (t) => {
  const database = await openTestDatabase(t)
  for (const wrong of [cron('0 99 * * *'), cron('0 3 * * *', { timeZone: 'Nowhere' })]) {
    await t.rejects(open(t, database, look({ triggers: [wrong] })), DeclarationError)
  }
})

t.test('what is due is sent once, however many processes look', async (t) => {
  const database = await openTestDatabase(t)
  const done = createGathering<string>()
  const minutely = job('minutely', {
    triggers: [cron('* * * * *')],
    run: async (_payload, { id }) => done.add(id),
  })
  const { jobs } = await startTestJobs(t, database, [minutely])
  await jobs.close()
  // As if it was long ago that anybody looked: each process looks when it starts.
  await database.query({ text: 'update holdfast_jobs.version set cron_on = null', values: [] })
  await startTestJobs(t, database, [minutely], { pollMs: 50 })
  await startTestJobs(t, database, [minutely], { pollMs: 50 })
  await done.until((all) => all.length === 1)
  const { rows } = await database.query({
    text: `with due as (select singleton_on from holdfast_jobs.job where name = '__pgboss__send-it')
      select count(*) = count(distinct singleton_on), (select count(*) from holdfast_jobs.job where name = 'minutely') <= count(*)
      from due`,
    values: [],
  })
  t.strictSame(rows, [[true, true]])
})

t.test('who may not create schemas is told to make it, and takes one that is there', async (t) => {
  const owner = await openTestDatabase(t)
  const role = `holdfast_test_${randomBytes(8).toString('hex')}`
  await owner.query({ text: `create role ${role}`, values: [] })
  await owner.query({ text: `grant create on schema public to ${role}`, values: [] })
  t.teardown(async () => {
    await owner.script(`drop owned by ${role}; drop role ${role}`)
  })
  const database: Database = {
    ...owner,
    query: (statement) =>
      owner.transaction(async ({ query }) => {
        await query({ text: `set local role ${role}`, values: [] })
        return query(statement)
      }),
    script: (text) => owner.script(`set local role ${role};${text}`),
  }
  await t.rejects(open(t, database, look()), {
    name: 'DeclarationError',
    message: /^Jobs need the schema holdfast_jobs/,
  })
  await owner.script(`create schema holdfast_jobs authorization ${role}`)
  await open(t, database, look())
})

t.test('a database that is away is told as such', async (t) => {
  const database = await openTestDatabase(t)
  await database.close()
  await t.rejects(open(t, database, look()), UnavailableError)
})

t.test('jobs of tables in another schema are apart', async (t) => {
  const database = await openTestDatabase(t)
  const within = (schema: string): Database => ({
    ...database,
    query: (statement) =>
      statement.text.includes('current_schema')
        ? database.query({ text: 'select $1', values: [schema] })
        : database.query(statement),
  })
  const { schema } = await open(t, within('tenant_1'), look())
  t.equal(schema, 'holdfast_jobs_tenant_1')
  for (const name of ['Tenant', 'a'.repeat(37)]) {
    await t.rejects(open(t, within(name), look()), DeclarationError)
  }
})
