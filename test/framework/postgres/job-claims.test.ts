/** That a claimed job is one process's alone, and what becomes of it when it is settled. */
import t, { type Test } from 'tap'
import Type from 'typebox'
import { job, type AnyJob } from '../../../framework/action/job.ts'
import { openBoss } from '../../../framework/postgres/boss.ts'
import { createDeadJobs } from '../../../framework/postgres/dead-jobs.ts'
import { createJobClaims } from '../../../framework/postgres/job-claims.ts'
import { createRisingIds } from '../../../framework/postgres/rising-id.ts'
import { openTestDatabase } from '../../kit/database.ts'

const PAYLOAD = Type.Object({ text: Type.String() })
const run = async (): Promise<void> => undefined
const retries = { count: 1, firstRestSeconds: 1 }

/** The queue of a job, and what waits in it is due at once. */
async function open(t: Test, job: AnyJob) {
  const database = await openTestDatabase(t)
  const onError = (error: unknown): void => void t.error(error)
  const { boss, schema } = await openBoss({ database, jobs: [job], isKeeper: false, onError })
  t.teardown(() => boss.stop({ graceful: false }))
  const nextId = createRisingIds(Date.now)
  return {
    claims: createJobClaims({ boss, schema, database, job }),
    dead: createDeadJobs(boss),
    async send(...texts: readonly string[]) {
      for (const text of texts) {
        const options = { id: nextId(), ...(job.orderedBy && { singletonKey: 'key' }) }
        await boss.send(job.name, { text }, options)
      }
    },
    async makeDue() {
      await database.query({ text: `update ${schema}.job set start_after = now()`, values: [] })
    },
  }
}

const textsOf = (claimed: readonly { readonly payload: unknown }[]): unknown =>
  claimed.map(({ payload }) => (payload as { readonly text: string }).text)

t.test('a job is claimed once, in the order of sending, and done', async (t) => {
  const { claims, send } = await open(t, job('look', { payload: PAYLOAD, run }))
  await send('a', 'b', 'c')
  const first = await claims.claim(2)
  const [a, b] = first
  t.same(textsOf(first), ['a', 'b'])
  t.same(textsOf(await claims.claim(5)), ['c'])
  if (a === undefined || b === undefined) return
  t.equal(a.attempt, 1)
  t.equal(await claims.beat(a), true)
  await claims.complete(a)
  t.equal(await claims.beat(a), false, 'it is nobody’s now')
  await claims.fail(a, new Error('Too late.'))
  await claims.handBack(a)
  t.same(await claims.claim(5), [])
  await claims.handBack(b)
  const [again] = await claims.claim(5)
  t.strictSame(again, b, 'no try is lost')
})

t.test('one that fails waits for its next try, and is dead after the last', async (t) => {
  const look = job('look', { payload: PAYLOAD, retries, run })
  const { claims, dead, send, makeDue } = await open(t, look)
  await send('a')
  const [first] = await claims.claim(1)
  if (first === undefined) throw new Error('nothing to claim')
  await claims.fail(first, new Error('First.'))
  t.same(await claims.claim(1), [], 'it rests')
  t.same(await dead.list(look), [])
  await makeDue()
  const [second] = await claims.claim(1)
  t.match(second, { id: first.id, attempt: 2 })
  await claims.fail(first, new Error('Of the try before.'))
  await claims.complete(first)
  await claims.handBack(first)
  if (second === undefined) throw new Error('nothing to claim')
  t.equal(await claims.beat(second), true, 'another try is not settled by the one before')
  await claims.fail(second, 'Second.')
  t.match(await dead.list(look), [{ payload: { text: 'a' }, attempts: 2, error: 'Second.' }])
  t.same(await claims.claim(1), [])
})

t.test('jobs with one key come one after the other, also when one waits or is dead', async (t) => {
  const look = job('look', { payload: PAYLOAD, retries, orderedBy: () => 'key', run })
  const { claims, dead, send, makeDue } = await open(t, look)
  await send('a', 'b', 'c')
  const claimOne = async () => {
    const claimed = await claims.claim(5)
    const [claim] = claimed
    if (claim === undefined) throw new Error('nothing to claim')
    t.equal(claimed.length, 1)
    t.same(await claims.claim(5), [], 'the others wait')
    return claim
  }
  const a = await claimOne()
  await claims.fail(a, new Error('Once.'))
  t.same(await claims.claim(5), [], 'the others wait, while it rests')
  await makeDue()
  await claims.fail(await claimOne(), new Error('Twice.'))
  t.match(await dead.list(look), [{ payload: { text: 'a' } }])
  const b = await claimOne()
  t.same(textsOf([b]), ['b'])
  await claims.complete(b)
  t.same(textsOf([await claimOne()]), ['c'])
})
