/** Tests wrapped-store-factory.ts: code of an app around writes, and no way round it. */
import Type from 'typebox'
import type { Test } from 'tap'
import { test } from 'tap'
import { ForbiddenError, InternalError, InvalidError } from '../../../framework/errors.ts'
import { attribute } from '../../../framework/resource/attribute.ts'
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

const ticket = resource('ticket', {
  attributes: {
    id: id(),
    title: Type.String({ maxLength: 9 }),
    number: attribute(Type.Integer()).serverSet(),
    state: attribute(Type.Enum(['open', 'closed']))
      .default('open')
      .serverSet(),
  },
})
const desk = resources({ ticket })
/** Whoever is logged in has to do with the first nine, and changes open ones. */
const byNumber = restrictedStoreFactory(desk, 'ticket', ({ row, before, anyone, me }) => ({
  read: anyone,
  create: me.authenticated.and(row.number.lt(10)),
  update: before.state.eq('open'),
}))

test('code sets what no input has, and rules judge the row with it', async (t) => {
  const stores = await openTestStores(t, desk)
  let sets: Readonly<Record<string, unknown>> | undefined
  const factory = wrappedStoreFactory(byNumber, (store) => ({
    create: (item, options) => store.create(item, { ...options, ...(sets && { sets }) }),
    update: (key, item, options) => store.update(key, item, { ...options, ...(sets && { sets }) }),
  }))
  const tickets = factory.open(stores.store('ticket'))(ann, NO_PEERS)
  await t.rejects(tickets.create({ title: 'a' }), InternalError, 'it lacks a number')
  sets = { number: 10 }
  await t.rejects(tickets.create({ title: 'a' }), ForbiddenError, 'the rule knows the number')
  sets = { number: 'x' }
  await t.rejects(tickets.create({ title: 'a' }), InternalError)
  sets = { number: 1 }
  const brought: object = { title: 'a', number: 2 }
  await t.rejects(tickets.create(brought as { title: string }), InvalidError)
  const { key, item } = await tickets.create({ title: 'a' })
  t.match(item, { title: 'a', number: 1, state: 'open' })
  sets = { number: 5 }
  t.match((await tickets.update(key, { title: 'b' })).item, { title: 'b', number: 5 })
  sets = { state: 'closed' }
  t.match((await tickets.update(key, {})).item, { title: 'b', state: 'closed' }, 'without input')
  await t.rejects(tickets.update(key, {}), ForbiddenError)
  sets = { id: key }
  await t.rejects(tickets.update(key, {}), InternalError, 'a key never changes')
  const [edit] = await tickets.editBatch([{ kind: 'create', item: { title: 'c' } }])
  t.match(edit, { success: false, code: 'internal' })
})
