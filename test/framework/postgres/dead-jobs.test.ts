/** That dead jobs can be looked at, and run again. */
import t from 'tap'
import Type from 'typebox'
import { job } from '../../../framework/action/job.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'
import { startTestJobs } from '../../kit/jobs.ts'

t.test(
  'a dead job tells what it was and why, and is run again with all of its tries',
  async (t) => {
    const database = await openTestDatabase(t)
    const tried = createGathering<string>()
    let isMended = false
    const look = job('look', {
      payload: Type.Object({ text: Type.String() }),
      retries: { count: 0 },
      async run({ text }, { attempt }) {
        tried.add(`${text} ${String(attempt)}`)
        if (!isMended) throw new TypeError(`Not ${text}.`)
      },
    })
    const { jobs, errors } = await startTestJobs(t, database, [look], { pollMs: 20 })
    const before = new Date().toISOString()
    await jobs.send(look, { text: 'a' })
    await jobs.send(look, { text: 'b' })
    await errors.until((all) => all.length === 2)
    await jobs.stopWorking(60_000)
    const dead = await jobs.dead.list(look)
    t.match(
      dead.toSorted((one, other) => one.error.localeCompare(other.error)),
      [
        { payload: { text: 'a' }, attempts: 1, error: 'Not a.' },
        { payload: { text: 'b' }, attempts: 1, error: 'Not b.' },
      ],
    )
    for (const { sentAt, diedAt } of dead) {
      for (const at of [sentAt, diedAt]) t.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      t.ok(sentAt <= diedAt)
      t.ok(sentAt >= before.slice(0, 10))
    }

    isMended = true
    const [one] = dead
    if (one === undefined) return
    t.equal(await jobs.dead.runAgain(look, [one.id]), 1)
    t.equal(await jobs.dead.runAgain(look), 1)
    t.same(await jobs.dead.list(look), [])
    await startTestJobs(t, database, [look])
    await tried.until((all) => all.length === 4)
    t.same(tried.all.toSorted(), ['a 1', 'a 1', 'b 1', 'b 1'])
  },
)
