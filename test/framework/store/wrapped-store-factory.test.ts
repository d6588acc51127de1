/** Tests wrapped-store-factory.ts: code of an app around writes, and no way round it. */
import Type from 'typebox'
import type { Test } from 'tap'
import { test } from 'tap'
import { ForbiddenError, InvalidError } from '../../../framework/errors.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import { restrictedStoreFactory } from '../../../framework/store/restricted-store-factory.ts'
import {
  wrappedStoreFactory,
  type WrapContext,
  type WriteOverrides,
} from '../../../framework/store/wrapped-store-factory.ts'
import type { Store } from '../../../framework/store/store.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'

const note = resource('note', { attributes: { id: id(), title: Type.String({ minLength: 1 }) } })
const all = resources({ note })
const ann = callerOf('ann')
const NO_PEERS = { store: () => undefined }
const ALL = { kind: 'all' } as const

type Wrap = (store: Store<typeof note>, context: WrapContext) => WriteOverrides<typeof note>

/** Titles are kept in capitals, and what is called KEPT is not deleted. */
const loud: Wrap = (store) => ({
  create: (item, options) => store.create({ title: item.title.toUpperCase() }, options),
  update: (key, item, options) =>
    store.update(key, { title: String(item.title).toUpperCase() }, options),
  async delete(key, options) {
    if ((await store.readOrThrow(key, options)).item.title === 'KEPT') throw new ForbiddenError()
    await store.delete(key, options)
  },
})

async function open(t: Test, wrap: Wrap, base = openStoreFactory(note)) {
  const stores = await openTestStores(t, all)
  const plain = stores.store('note')
  const factory = wrappedStoreFactory(base, wrap)
  return { plain, factory, store: factory.open(plain)(ann, NO_PEERS) }
}

async function titlesOf({ searchAll }: Store<typeof note>): Promise<readonly string[]> {
  return (await Array.fromAsync(searchAll())).map(({ item }) => item.title)
}

test('every way to write goes through the code', async (t) => {
  const { store, plain } = await open(t, loud)
  const { key, item } = await store.create({ title: 'one' })
  t.equal(item.title, 'ONE')
  t.equal((await store.update(key, { title: 'two' })).item.title, 'TWO')
  const edits = [
    { kind: 'create', item: { title: 'three' } },
    { kind: 'update', key, item: { title: 'four' } },
  ] as const
  t.match(await store.editBatch(edits), [{ success: true }, { success: true }])
  t.same(await titlesOf(store), ['FOUR', 'THREE'])
  t.match(await store.editBatch(edits, { isAtomic: true }), [{ success: true }, { success: true }])
  t.match(await Array.fromAsync(store.editAll(edits)), [{ success: true }, { success: true }])
  t.same(await titlesOf(store), ['FOUR', 'THREE', 'THREE', 'THREE'])
  t.equal(await store.updateAll(ALL, { title: 'kept' }), 4)
  t.same(new Set(await titlesOf(plain)), new Set(['KEPT']))
  await t.rejects(store.delete(key), ForbiddenError)
  t.match(await store.editBatch([{ kind: 'delete', key }]), [{ code: 'forbidden' }])
  t.equal(await store.deleteAll(ALL), 0)
  t.equal(await plain.count(), 4)
})

test('an atomic batch undoes what the code has let through before it refuses', async (t) => {
  const { store, plain } = await open(t, loud)
  const { key } = await plain.create({ title: 'KEPT' })
  const edits = [
    { kind: 'create', item: { title: 'x' } },
    { kind: 'delete', key },
  ] as const
  const results = await store.editBatch(edits, { isAtomic: true })
  t.match(results, [{ success: false }, { success: false, code: 'forbidden' }])
  t.same(await titlesOf(plain), ['KEPT'])
})

test('the code is told whose store it wraps, and changes no rule of it', async (t) => {
  const seen: WrapContext[] = []
  const base = restrictedStoreFactory(all, 'note', ({ anyone, row }) => ({
    read: anyone,
    update: row.title.ne('closed'),
  }))
  const wrap: Wrap = (store, context) => {
    seen.push(context)
    return { update: (key, _item, options) => store.update(key, { title: 'anything' }, options) }
  }
  const { store, plain, factory } = await open(t, wrap, base)
  t.match(seen, [{ caller: ann, peers: NO_PEERS }])
  t.equal(factory.resource, note)
  t.equal(factory.outline, base.outline)
  const { key } = await plain.create({ title: 'closed' })
  await t.rejects(store.update(key, { title: 'open' }), ForbiddenError)
  t.match(await store.read(key), { updatable: false })
  await t.rejects(store.create({ title: 'x' }), ForbiddenError)
})

test('a fault that the code finds stands where the caller wrote it', async (t) => {
  const { store } = await open(t, () => ({
    async create(_item, options) {
      throw new InvalidError([{ pointer: `${options?.pointer ?? '/item'}/title`, detail: 'no' }])
    },
  }))
  await t.rejects(store.create({ title: 'x' }), /^\/item\/title no/)
  t.match(await store.editBatch([{ kind: 'create', item: { title: 'x' } }]), [
    { code: 'invalid', faults: [{ pointer: '/edits/0/create_item/title', detail: 'no' }] },
  ])
})
