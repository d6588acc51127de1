/** Tests cached-store-factory.ts. */
import Type from 'typebox'
import { test } from 'tap'
import {
  ANONYMOUS,
  cachedStoreFactory,
  DeclarationError,
  id,
  openStoreFactory,
  resource,
  resources,
} from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

const note = resource('note', { attributes: { id: id({ client: true }), title: Type.String() } })
const all = resources({ note })
const NO_PEERS = { store: () => undefined }

test('a row is remembered for its time, and forgotten by a write of the same caller', async (t) => {
  const stores = await openTestStores(t, all)
  const plain = stores.store('note')
  let clock = 0
  const base = openStoreFactory(note)
  const options = { ttlSeconds: 2, maxItems: 1, now: () => clock }
  const store = cachedStoreFactory(base, options).open(plain)(ANONYMOUS, NO_PEERS)
  const { key } = await plain.create({ title: 'a' })
  const titleNow = async () => (await store.read(key))?.item.title
  const countOfReads = () => stores.statements.length

  t.equal(await titleNow(), 'a')
  const before = countOfReads()
  await plain.update(key, { title: 'b' })
  const afterWrite = countOfReads()
  t.equal(await titleNow(), 'a', 'as it was')
  t.equal(countOfReads(), afterWrite, 'without a statement')
  t.ok(afterWrite > before)
  clock = 2001
  t.equal(await titleNow(), 'b', 'its time is over')
  await store.update(key, { title: 'c' })
  t.equal(await titleNow(), 'c', 'forgotten by the write')
  await store.editBatch([{ kind: 'update', key, item: { title: 'd' } }])
  t.equal(await titleNow(), 'd', 'in a batch too')
  await stores.transactions.transaction(async (transaction) => {
    await plain.update(key, { title: 'e' }, { transaction })
    t.equal((await store.read(key, { transaction }))?.item.title, 'e', 'not in a transaction')
  })
  const other = await plain.create({ title: 'other' })
  await store.read(other.key)
  t.equal(await titleNow(), 'e', 'the oldest went, as there is room for one')
  await store.delete(key)
  t.equal(await store.read(key), undefined)
})

test('a failed read is not remembered', async (t) => {
  const stores = await openTestStores(t, all)
  const plain = stores.store('note')
  let isAway = true
  const store = cachedStoreFactory({
    ...openStoreFactory(note),
    open: (below) => () => ({
      ...below,
      read: (key, options) =>
        isAway ? Promise.reject(new DeclarationError('away')) : below.read(key, options),
    }),
  }).open(plain)(ANONYMOUS, NO_PEERS)
  const { key } = await plain.create({ title: 'a' })
  await t.rejects(store.read(key), DeclarationError)
  isAway = false
  t.equal((await store.read(key))?.item.title, 'a')
})

test('a row can not be remembered for longer than rights may be old', (t) => {
  const base = openStoreFactory(note)
  for (const ttlSeconds of [0, -1, 5.1, Number.NaN]) {
    t.throws(() => cachedStoreFactory(base, { ttlSeconds }), DeclarationError)
  }
  t.end()
})
