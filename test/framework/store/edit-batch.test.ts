/** Batches, by the contract of stores and when the server fails. */

import t, { type Test } from 'tap'
import { ConflictError, InternalError, UnavailableError } from '../../../framework/errors.ts'
import { editBatch } from '../../../framework/store/edit-batch.ts'
import type { Edit, EditResult } from '../../../framework/store/store.ts'
import { testBatches } from '../../contracts/store-batches.ts'
import { samples, type tag } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('batches', (t) => testBatches(t, (t) => openTestStores(t, samples)))

const create = (name: string): Edit<typeof tag> => ({ kind: 'create', item: { name } })
const codes = (results: readonly EditResult[]) =>
  results.map((result) => (result.success ? 'done' : result.code))

/** A batch over a store whose creates of some names fail. */
async function batchOver(t: Test, failures: Readonly<Record<string, unknown>>) {
  const { store, transactions } = await openTestStores(t, samples)
  const defects: unknown[] = []
  const tags = store('tag')
  const failing = {
    ...tags,
    create: async (item: { readonly name: string }, options?: object) => {
      const made = await tags.create(item, options)
      if (Object.hasOwn(failures, item.name)) throw failures[item.name]
      return made
    },
  }
  const run = editBatch({ store: failing, transactions, onDefect: (error) => defects.push(error) })
  return { run, defects, tags, transactions }
}

t.test('a defect is told as one result, and to who looks after the server', async (t) => {
  const [defect, bug] = [new InternalError('the secret cause'), new TypeError('x is undefined')]
  const { run, defects } = await batchOver(t, { b: defect, c: bug })
  const results = await run([create('a'), create('b'), create('c'), create('d')])
  t.same(codes(results), ['done', 'internal', 'internal', 'done'])
  t.notMatch(JSON.stringify(results), /secret|undefined/)
  t.same(defects, [defect, bug])
})

t.test('a database that goes away leaves an exact list of what was done', async (t) => {
  const { run, defects } = await batchOver(t, { b: new UnavailableError() })
  t.same(codes(await run([create('a'), create('b'), create('c')])), ['done', 'unavailable', 'done'])
  t.same(defects, [])
})

t.test('what is no fault of an edit undoes an atomic batch and is thrown', async (t) => {
  for (const failure of [new UnavailableError(), new InternalError('x'), new TypeError('x')]) {
    const { run, tags } = await batchOver(t, { b: failure })
    t.equal(await t.rejects(run([create('a'), create('b')], { isAtomic: true })), failure)
    t.equal(await tags.count(), 0)
  }
})

t.test('within a transaction each failed edit is undone alone', async (t) => {
  const { run, tags, transactions } = await batchOver(t, { b: new ConflictError('no') })
  await transactions.transaction(async (transaction) => {
    t.same(codes(await run([create('a'), create('b'), create('c')], { transaction })), [
      'done',
      'conflict',
      'done',
    ])
  })
  t.same(
    (await tags.search()).results.map(({ key }) => key),
    ['a', 'c'],
  )
  const away = await batchOver(t, { b: new UnavailableError() })
  const whole = away.transactions.transaction((transaction) =>
    away.run([create('a'), create('b')], { transaction }),
  )
  await t.rejects(whole, UnavailableError)
  t.equal(await away.tags.count(), 0)
})
