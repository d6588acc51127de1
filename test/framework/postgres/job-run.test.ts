/** That a job ends in its time, says that it lives, and is settled as it ended. */
import t from 'tap'
import Type from 'typebox'
import { job, type JobDeclaration } from '../../../framework/action/job.ts'
import { InternalError, InvalidError } from '../../../framework/errors.ts'
import type { JobClaims } from '../../../framework/postgres/job-claims.ts'
import { runJob } from '../../../framework/postgres/job-run.ts'
import { createGathering } from '../../kit/gathering.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'

const NUMBER = Type.Object({ number: Type.Integer() })
const CLAIM = { id: 'a', attempt: 2, payload: { number: 7 } }

/** Begins a job with what it does, over claims that only tell what is asked of them. */
function begin(
  declaration: Pick<JobDeclaration<typeof NUMBER>, 'run' | 'timeoutSeconds'>,
  faults: Partial<JobClaims> = {},
  claim = CLAIM,
) {
  const told = createGathering<string>()
  const errors: unknown[] = []
  const tell = (what: string) => async (): Promise<void> => told.add(what)
  const claims: JobClaims = {
    claim: async () => [],
    beat: async () => {
      told.add('beat')
      return true
    },
    complete: tell('complete'),
    fail: tell('fail'),
    handBack: tell('handBack'),
    ...faults,
  }
  const look = job('look', { payload: NUMBER, ...declaration })
  const onError = (error: unknown): void => void errors.push(error)
  const run = runJob({ job: look, claims, context: NO_CONTEXT, beatMs: 5, onError }, claim)
  return { run, told, errors }
}

t.test('a job that ends well is done', async (t) => {
  const seen: unknown[] = []
  const { run, told, errors } = begin({
    run: async (payload, { id, attempt, signal }) => {
      seen.push(payload, id, attempt, signal.aborted)
    },
  })
  await run.end
  t.strictSame(seen, [{ number: 7 }, 'a', 2, false])
  t.same(told.all, ['complete'])
  t.same(errors, [])
})

t.test('a job says that it lives, until it ends', async (t) => {
  const mayEnd = Promise.withResolvers<undefined>()
  const { run, told } = begin({ run: () => mayEnd.promise })
  await told.until((all) => all.length === 3)
  mayEnd.resolve(undefined)
  await run.end
  t.equal(told.all.at(-1), 'complete')
})

t.test('a job that throws has failed, and is told', async (t) => {
  const error = new TypeError('No.')
  const { run, told, errors } = begin({ run: () => Promise.reject(error) })
  await run.end
  t.same(told.all, ['fail'])
  t.strictSame(errors, [error])
})

t.test('a payload of another version fails before it runs', async (t) => {
  const claim = { ...CLAIM, payload: { number: Number.NaN } }
  const { run, told, errors } = begin({ run: async () => void t.fail('It ran.') }, {}, claim)
  await run.end
  t.same(told.all, ['fail'])
  t.ok(errors[0] instanceof InvalidError)
})

t.test('a job whose time is over has failed, and is told to stop', async (t) => {
  const stopped = Promise.withResolvers<unknown>()
  const { run, told, errors } = begin({
    timeoutSeconds: 1,
    run: (_payload, { signal }) =>
      new Promise(() => signal.addEventListener('abort', () => stopped.resolve(signal.reason))),
  })
  await run.end
  t.match(await stopped.promise, { name: 'TimeoutError' })
  t.match(errors, [{ name: 'TimeoutError' }])
  t.equal(told.all.at(-1), 'fail')
})

t.test('a job that another process has taken over is told to stop, and left to it', async (t) => {
  const { run, told, errors } = begin(
    {
      run: (_payload, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('Stopped in the middle.')))
        }),
    },
    { beat: async () => false },
  )
  await run.end
  t.same(told.all, ['handBack'])
  t.same(errors, [])
})

t.test('a job that is aborted is handed back', async (t) => {
  const { run, told, errors } = begin({ run: () => new Promise(() => undefined) })
  run.abort()
  await run.end
  t.equal(told.all.at(-1), 'handBack')
  t.same(errors, [])
})

t.test('what keeps it from the queue is told, and never thrown', async (t) => {
  const away = new InternalError('Away.')
  const refuse = (): Promise<never> => Promise.reject(away)
  const beats = createGathering<unknown>()
  const mayEnd = Promise.withResolvers<undefined>()
  const { run, errors } = begin(
    { run: () => mayEnd.promise },
    {
      async beat() {
        beats.add('')
        return refuse()
      },
      complete: refuse,
      fail: refuse,
    },
  )
  await beats.until((all) => all.length === 1)
  mayEnd.resolve(undefined)
  await run.end
  t.ok(errors.length >= 3)
  for (const error of errors) t.equal(error, away)
})
