/** Tests job.ts: what is declared, and what of it is refused. */
import t from 'tap'
import Type from 'typebox'
import {
  CHANGE_PAYLOAD,
  cron,
  job,
  toChangePayload,
  type JobContext,
  type JobDeclaration,
} from '../../../framework/action/job.ts'
import { DeclarationError } from '../../../framework/errors.ts'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'
import { NO_CONTEXT } from '../../kit/jobs.ts'

const NUMBER = Type.Object({ number: Type.Integer() })
const CONTEXT: JobContext = { ...NO_CONTEXT, id: 'a', attempt: 1, signal: AbortSignal.any([]) }
const run = async (): Promise<void> => undefined

t.test('a job has what is declared, the usual for the rest, and is frozen', (t) => {
  const bare = job('look', { run })
  t.match(bare, {
    name: 'look',
    triggers: [],
    retries: { count: 15, firstRestSeconds: 5, longestRestSeconds: 14_400 },
    timeoutSeconds: 60,
    concurrency: 4,
  })
  t.equal(bare.orderedBy, undefined)
  t.equal(validatorOf(bare.payload).isValid({}), true)
  t.equal(validatorOf(bare.payload).isValid({ a: 1 }), false)
  for (const value of [bare, bare.triggers, bare.retries]) t.ok(Object.isFrozen(value))
  t.match(job('look', { run, retries: { count: 2 } }).retries, { count: 2, firstRestSeconds: 5 })
  t.end()
})

t.test('what a job does and how it is ordered depend on its payload', async (t) => {
  const done: number[] = []
  const add = job('add', {
    payload: NUMBER,
    orderedBy: ({ number }) => String(number % 2),
    run: async ({ number }, { attempt }) => void done.push(number + attempt),
  })
  await add.run({ number: 7 }, CONTEXT)
  t.same(done, [8])
  t.equal(add.orderedBy?.({ number: 7 }), '1')
})

t.test('a schedule is a plain value', (t) => {
  t.same(cron('0 3 * * *'), { kind: 'cron', expression: '0 3 * * *', timeZone: 'UTC' })
  t.equal(cron('0 3 * * *', { timeZone: 'Europe/Vienna' }).timeZone, 'Europe/Vienna')
  t.ok(Object.isFrozen(cron('0 3 * * *')))
  for (const wrong of ['', '@daily', '* * * *', '0 * * * * *', ' * * * * *']) {
    t.throws(() => cron(wrong), DeclarationError, wrong)
  }
  t.end()
})

t.test('what can’t be a job is refused, with what to mend', (t) => {
  const cases: readonly (readonly [Partial<JobDeclaration<typeof NUMBER>>, RegExp])[] = [
    [{ triggers: [afterCreate('card')] }, /CHANGE_PAYLOAD/],
    [{ triggers: [cron('0 3 * * *')] }, /no payload/],
    [{ retries: { count: -1 } }, /retries\.count/],
    [{ retries: { firstRestSeconds: 0.5 } }, /retries\.firstRestSeconds/],
    [{ retries: { longestRestSeconds: 4 } }, /retries\.longestRestSeconds/],
    [{ concurrency: 0 }, /concurrency/],
    [{ timeoutSeconds: 0 }, /timeoutSeconds/],
    [{ timeoutSeconds: 24 * 3600 }, /timeoutSeconds/],
  ]
  for (const [part, told] of cases) {
    t.throws(() => job('wrong', { payload: NUMBER, run, ...part }), told)
    t.throws(() => job('wrong', { payload: NUMBER, run, ...part }), DeclarationError)
  }
  t.throws(() => job('Not-a-name', { run }), DeclarationError)
  job('of_changes', { payload: CHANGE_PAYLOAD, triggers: [afterCreate('card')], run })
  job('of_times', { triggers: [cron('0 3 * * *')], run })
  t.end()
})

t.test('a change becomes what its jobs declare', (t) => {
  const common = { position: 7, resource: 'card', key: 'a' }
  const before = { id: 'a', text: 'b' }
  const after = { id: 'a', text: 'c' }
  const changes = [
    { ...common, operation: 'create', before: undefined, after },
    { ...common, operation: 'update', before, after },
    { ...common, operation: 'delete', before, after: undefined },
  ] as const
  const payloads = changes.map(toChangePayload)
  for (const payload of payloads) t.ok(validatorOf(CHANGE_PAYLOAD).isValid(payload))
  t.strictSame(payloads, [
    { resource: 'card', operation: 'create', key: 'a', after },
    { resource: 'card', operation: 'update', key: 'a', before, after },
    { resource: 'card', operation: 'delete', key: 'a', before },
  ])
  t.end()
})
