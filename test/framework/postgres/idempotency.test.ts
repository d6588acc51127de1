/** That a request with a key is done once, whatever is repeated, at the same time or later. */
import t from 'tap'
import { ConflictError } from '../../../framework/errors.ts'
import { createIdempotency, type OnceRequest } from '../../../framework/postgres/idempotency.ts'
import { migrate } from '../../../framework/postgres/migrate.ts'
import { createTransactions } from '../../../framework/postgres/transactions.ts'
import type { Transaction } from '../../../framework/store/store.ts'
import { openTestDatabase } from '../../kit/database.ts'
import { samples } from '../../kit/sample-resources.ts'
import { cell, column, emptySamples } from '../../kit/sql.ts'

const database = await openTestDatabase(t)
await migrate(database, { registry: samples })
t.beforeEach(() => emptySamples(database))

const transactions = createTransactions(database, () => undefined)
const START = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
let now = START
const { once } = createIdempotency({ transactions, now: () => now })

const REQUEST: OnceRequest = { subject: 'u', operation: 'tag_create', key: 'k', bodyHash: 'h' }
let runs = 0

/** Makes a tag, and answers which run it was. */
const make = async (
  transaction: Transaction,
): Promise<{ readonly status: number; readonly body: { run: number } }> => {
  runs += 1
  const name = `t${String(runs)}`
  await transactions
    .queryable(transaction)
    .query({ text: 'insert into tag (name) values ($1)', values: [name] })
  return { status: 201, body: { run: runs } }
}
const tags = (): Promise<readonly unknown[]> =>
  column(database, 'select name from tag order by name')

t.beforeEach(() => {
  now = START
  runs = 0
})

t.test('the first answer is repeated, exactly', async (t) => {
  const first = await once(REQUEST, make)
  t.strictSame(first, { answer: { status: 201, body: { run: 1 } }, isReplay: false })
  t.strictSame(await once(REQUEST, make), { ...first, isReplay: true })
  t.same(await tags(), ['t1'])
  const answer = { text: '"\\ \u0000 é', number: 1e300, none: null, list: [{ b: 1, a: 2 }] }
  const odd = { ...REQUEST, key: 'odd' }
  await once(odd, async () => answer)
  const again = await once(odd, async () => answer)
  t.ok(again.isReplay)
  t.equal(JSON.stringify(again.answer), JSON.stringify(answer))
})

t.test('keys are told apart by subject and operation', async (t) => {
  for (const other of [{}, { subject: '' }, { operation: 'other' }, { key: 'l' }]) {
    t.notOk((await once({ ...REQUEST, ...other }, make)).isReplay)
  }
  t.equal(runs, 4)
})

t.test('a key that was used for another request is refused', async (t) => {
  await once(REQUEST, make)
  await t.rejects(once({ ...REQUEST, bodyHash: 'other' }, make), { name: 'ConflictError' })
  t.equal(runs, 1)
})

t.test('of many at once one is done, and all get its answer', async (t) => {
  const all = await Promise.all(Array.from({ length: 16 }, () => once(REQUEST, make)))
  t.same(await tags(), [`t1`])
  t.equal(all.filter(({ isReplay }) => !isReplay).length, 1)
  t.same(new Set(all.map(({ answer }) => answer.body.run)).size, 1)
})

t.test('what fails is not kept, and a waiting one is done instead', async (t) => {
  const failure = new ConflictError('no')
  const begun = Promise.withResolvers<undefined>()
  const go = Promise.withResolvers<undefined>()
  const first = once(REQUEST, async (transaction) => {
    await make(transaction)
    begun.resolve(undefined)
    await go.promise
    throw failure
  })
  await begun.promise
  const second = once(REQUEST, make)
  go.resolve(undefined)
  await t.rejects(first, failure)
  t.match(await second, { isReplay: false, answer: { body: { run: 2 } } })
  t.same(await tags(), ['t2'])
})

t.test('after a day the key is free', async (t) => {
  await once(REQUEST, make)
  now += 24 * HOUR
  t.ok((await once(REQUEST, make)).isReplay)
  now += 1
  t.notOk((await once({ ...REQUEST, bodyHash: 'other' }, make)).isReplay)
  t.equal(await cell(database, 'select count(*)::int from holdfast_idempotency'), 1)
})
