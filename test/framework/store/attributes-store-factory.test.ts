/** Tests attributes-store-factory.ts. */
import Type from 'typebox'
import { test } from 'tap'
import {
  ANONYMOUS,
  attribute,
  attributesStoreFactory,
  DeclarationError,
  id,
  InvalidError,
  openStoreFactory,
  resource,
  resources,
  where,
} from '../../../framework/index.ts'
import { openTestStores } from '../../kit/stores.ts'

const note = resource('note', {
  attributes: {
    id: id(),
    title: Type.String(),
    rank: attribute(Type.Integer()).default(1),
    hint: attribute(Type.String()).nullable(),
  },
})
const all = resources({ note })
const NO_PEERS = { store: () => undefined }

const narrowed = attributesStoreFactory(openStoreFactory(note), {
  title: { updatable: false },
  rank: { creatable: false },
  hint: { readable: false },
})

test('what is taken away is unknown to callers, and told in the outline', async (t) => {
  const stores = await openTestStores(t, all)
  const plain = stores.store('note')
  const store = narrowed.open(plain)(ANONYMOUS, NO_PEERS)
  const made = await store.create({ title: 'a', hint: 'h' })
  t.same(made.item, { id: made.key, title: 'a', rank: 1 }, 'hidden, and by its default')
  t.equal((await plain.readOrThrow(made.key)).item.hint, 'h', 'still written')
  await t.rejects(store.create({ title: 'b', rank: 2 }), InvalidError)
  await t.rejects(store.update(made.key, { title: 'b' }), InvalidError)
  const byHint = where(all, 'note', (row) => row.hint.eq('h'))
  await t.rejects(store.search({ filter: byHint }), InvalidError)
  await t.rejects(store.count(byHint), InvalidError)
  t.equal((await store.update(made.key, { rank: 2 })).item.rank, 2)
  t.same(narrowed.outline.attributes['hint'], { readable: false, creatable: true, updatable: true })
  t.same(store.access.outline, narrowed.outline)
})

test('a key that would be hidden, and what is no attribute, are refused', (t) => {
  const base = openStoreFactory(note)
  t.throws(() => attributesStoreFactory(base, { id: { readable: false } }), DeclarationError)
  const unknown: object = { nothing: { readable: false } }
  t.throws(() => attributesStoreFactory(base, unknown), /note: 'nothing' is overridden/)
  t.end()
})
