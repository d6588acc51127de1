/** What stores do that take several edits, any number of rows, or several stores at a time. */
import type { Test } from 'tap'
import { ConflictError, InvalidError } from '../../framework/errors.ts'
import { ALL } from '../../framework/filter/filter.ts'
import type { Result, Transaction } from '../../framework/store/store.ts'
import { numberedId } from '../kit/stores.ts'
import { ask, by, type OpenStores } from './store.ts'

/** What batches do. */
export async function testBatches(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const store = stores.store('everything')
  const titles = async () => (await store.search()).results.map(({ item }) => item.title)

  t.test('apply each edit by itself, in order', async (t) => {
    const key = numberedId(1)
    const results = await store.editBatch([
      { kind: 'create', item: { id: key, title: 'one' } },
      { kind: 'create', item: { id: key, title: 'again' } },
      { kind: 'create', item: { id: numberedId(2), title: '' } },
      { kind: 'update', key, item: { title: 'changed' }, precondition: ask('title', 'eq', 'one') },
      { kind: 'update', key, item: { title: 'late' }, precondition: ask('title', 'eq', 'one') },
      { kind: 'update', key, item: { title: 'x' }, versions: ['0'] },
      { kind: 'delete', key: numberedId(3) },
      { kind: 'create', item: { id: numberedId(4), title: 'four' } },
      { kind: 'delete', key, versions: ['0'] },
      { kind: 'delete', key },
    ])
    t.same(
      results.map((result) => (result.success ? 'done' : result.code)),
      [
        'done',
        'conflict',
        'invalid',
        'done',
        'stale',
        'stale',
        'not_found',
        'done',
        'stale',
        'done',
      ],
    )
    t.match(results[2], { faults: [{ pointer: '/edits/2/create_item/title' }] })
    t.match(results[3], { result: { key, item: { title: 'changed' } } })
    t.strictSame(results[9], { success: true, result: undefined })
    t.same(await titles(), ['four'])
  })

  t.test('that are atomic are done whole or not at all', async (t) => {
    const writes = stores.writes()
    const failed = await store.editBatch(
      [
        { kind: 'create', item: { id: numberedId(5), title: 'five' } },
        { kind: 'update', key: numberedId(4), item: { parent_id: numberedId(99) } },
        { kind: 'delete', key: numberedId(4) },
      ],
      { isAtomic: true },
    )
    t.same(
      failed.map((result) => (result.success ? 'done' : result.code)),
      [undefined, 'invalid', undefined],
    )
    t.match(failed[1], { faults: [{ pointer: '/edits/1/update_item/parent_id' }] })
    t.match(failed[0], { success: false, detail: /^Undone/ })
    t.same(await titles(), ['four'])
    t.equal(stores.writes(), writes)
    const done = await store.editBatch(
      [
        { kind: 'create', item: { id: numberedId(5), title: 'five' } },
        { kind: 'update', key: numberedId(5), item: { title: 'fünf' } },
      ],
      { isAtomic: true },
    )
    t.match(done[1], { success: true, result: { item: { title: 'fünf' } } })
    t.same(await titles(), ['four', 'fünf'])
    t.equal(stores.writes(), writes + 1)
  })

  t.test('are refused whole when they are too large', async (t) => {
    const edits = Array.from(
      { length: 101 },
      () => ({ kind: 'delete', key: numberedId(5) }) as const,
    )
    await t.rejects(store.editBatch(edits), InvalidError)
    await t.rejects(store.readBatch(edits.map(({ key }) => key)), InvalidError)
    t.same(await titles(), ['four', 'fünf'])
    t.strictSame(await store.editBatch([]), [])
    t.strictSame(await store.readBatch([]), [])
  })

  t.test('of keys are answered in the order asked, repeated ones too', async (t) => {
    const [four, five] = [numberedId(4), numberedId(5)]
    const keys = [five, 'no key', four, numberedId(9), five]
    const found = await store.readBatch(keys)
    t.same(
      found.map((result) => result?.key),
      [five, undefined, four, undefined, five],
    )
  })
}

/** What streams do. */
export async function testStreams(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const notes = stores.store('tag')
  const names = Array.from({ length: 250 }, (_, index) => `tag ${String(index).padStart(3, '0')}`)

  t.test('edit any number, a batch at a time', async (t) => {
    const edits = names.map((name) => ({ kind: 'create', item: { name } }) as const)
    const results = await Array.fromAsync(notes.editAll(edits))
    t.equal(results.filter(({ success }) => success).length, 250)
  })

  t.test('read any number, a batch at a time', async (t) => {
    const before = stores.statements.length
    const found = await Array.fromAsync(notes.readAll([...names.toReversed(), 'none']))
    t.same(
      found.map((result) => result?.key),
      [...names.toReversed(), undefined],
    )
    t.equal(stores.statements.length, before + 3)
  })

  t.test('search every row, and judge by plain code', async (t) => {
    const all = await Array.fromAsync(notes.searchAll())
    t.same(
      all.map(({ key }) => key),
      names,
    )
    const some = await Array.fromAsync(
      notes.searchAll({
        filter: ask('name', 'gte', 'tag 100'),
        order: by('-name'),
        predicate: async ({ key }) => key.endsWith('7'),
      }),
    )
    t.same(
      some.map(({ key }) => key),
      names.filter((name) => name >= 'tag 1' && name.endsWith('7')).toReversed(),
    )
    for await (const { key } of notes.searchAll()) {
      t.equal(key, names[0])
      break
    }
  })

  t.test('update each chosen row once, though it is chosen still', async (t) => {
    const filter = ask('name', 'lt', 'tag 200')
    const seen: string[] = []
    const predicate = ({ key }: Result) => seen.push(key) > 0 && !key.endsWith('0')
    t.equal(await notes.updateAll(filter, { description: 'x' }, { predicate }), 180)
    t.same(seen, names.slice(0, 200))
    t.equal(await notes.count(ask('description', 'eq', 'x')), 180)
    const gone = await notes.updateAll(ask('description', 'eq', 'x'), { description: 'y' })
    t.equal(gone, 180)
  })

  t.test('pass over rows that go or change meanwhile', async (t) => {
    const filter = ask('description', 'eq', 'y')
    const predicate = async ({ key }: Result) => {
      if (key === 'tag 001') await notes.delete(key)
      if (key === 'tag 002') await notes.update(key, { description: 'z' })
      return true
    }
    t.equal(await notes.updateAll(filter, { description: 'w' }, { predicate }), 178)
  })

  t.test('delete each chosen row', async (t) => {
    t.equal(await notes.deleteAll(ask('description', 'eq', 'w')), 178)
    t.equal(await notes.deleteAll(ALL, { predicate: ({ key }) => key < 'tag 2' }), 21)
    t.equal(await notes.count(), 50)
  })

  t.test('stop at an error that is no matter of one row', async (t) => {
    await t.rejects(notes.updateAll(ALL, { description: 7 } as never), InvalidError)
  })
}

/** What transactions of stores do. */
export async function testTransactions(t: Test, open: OpenStores): Promise<void> {
  const stores = await open(t)
  const [store, tags, { transactions }] = [stores.store('everything'), stores.store('tag'), stores]

  t.test('hold what several stores do, and tell of it once', async (t) => {
    const writes = stores.writes()
    await transactions.transaction(async (transaction) => {
      await tags.create({ name: 'a' }, { transaction })
      await store.create({ id: numberedId(1), title: 'x', tag_name: 'a' }, { transaction })
      t.equal(await store.count(ALL, { transaction }), 1)
      t.equal((await tags.readBatch(['a'], { transaction })).length, 1)
      t.equal(stores.writes(), writes)
    })
    t.equal(stores.writes(), writes + 1)
    t.equal(await store.count(), 1)
    await transactions.transaction((transaction) => store.count(ALL, { transaction }))
    t.equal(stores.writes(), writes + 1, 'reading is not told')
  })

  t.test('leave nothing of what throws', async (t) => {
    const failure = new ConflictError('mine')
    const promise = transactions.transaction(async (transaction) => {
      await store.update(numberedId(1), { title: 'y' }, { transaction })
      throw failure
    })
    t.equal(await t.rejects(promise), failure)
    t.equal((await store.readOrThrow(numberedId(1))).item.title, 'x')
  })

  t.test('that lock the same name are one after the other, whatever the order', async (t) => {
    const names = ['b', 'a', 'b']
    const read = async (transaction: Transaction) =>
      (await store.readOrThrow(numberedId(1), { transaction })).item.title
    const lengthen = (locked: readonly string[]) =>
      transactions.transaction(async (transaction) => {
        await transactions.lock(locked, transaction)
        // Without the lock several would lengthen the same.
        const title = `${await read(transaction)}!`
        await store.update(numberedId(1), { title }, { transaction })
      })
    const rounds = [names, names.toReversed(), ['a'], ['b', 'a'], names, ['a', 'b']]
    await Promise.all(rounds.map(lengthen))
    t.equal((await store.readOrThrow(numberedId(1))).item.title, 'x!!!!!!')
    await store.update(numberedId(1), { title: 'x' })
  })

  t.test('may have parts that are undone alone, batches among them', async (t) => {
    const results = await transactions.transaction(async (transaction) => {
      await t.rejects(
        transactions.transaction(async (part) => {
          await tags.create({ name: 'undone' }, { transaction: part })
          await tags.create({ name: 'a' }, { transaction: part })
        }, transaction),
        ConflictError,
      )
      const create = (name: string) => ({ kind: 'create', item: { name } }) as const
      return [
        await tags.editBatch([create('b'), create('a'), create('c')], { transaction }),
        await tags.editBatch([create('d'), create('a')], { transaction, isAtomic: true }),
      ].map((batch) => batch.map(({ success }) => success))
    })
    t.same(results, [
      [true, false, true],
      [false, false],
    ])
    t.same(
      (await tags.search()).results.map(({ key }) => key),
      ['a', 'b', 'c'],
    )
  })
}
