/** Tests open-store-factory.ts. */
import { test } from 'tap'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import { chat, person } from '../../kit/chat-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

test('everybody may do what the declaration permits, and no more', async (t) => {
  const stores = await openTestStores(t, chat)
  const factory = openStoreFactory(person)
  t.equal(factory.resource, person)
  t.ok(Object.values(factory.outline.operations).every((isPermitted) => isPermitted))
  const store = factory.open(stores.store('person'))(ANONYMOUS, { store: () => undefined })
  const made = await store.create({ name: 'ann', email: 'ann@x' })
  t.same([made.updatable, made.deletable], [true, true])
  t.match((await store.update(made.key, { name: 'Ann' })).item, { name: 'Ann', email: 'ann@x' })
  await t.rejects(store.update(made.key, { digest: 'x' } as object), /\/item\/digest is not known/)
  const [found] = (await store.search()).results
  t.equal(found?.key, made.key)
  t.notOk(found !== undefined && 'digest' in found.item, 'a secret stays one')
  await store.delete(made.key)
  t.equal(await store.count(), 0)
})
