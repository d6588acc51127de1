/** Tests restricted-store-factory.ts: that rules reach the store; what rules can say is tested in security/. */
import { test } from 'tap'
import {
  DeclarationError,
  ForbiddenError,
  UnauthenticatedError,
} from '../../../framework/errors.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { restrictedStoreFactory } from '../../../framework/store/restricted-store-factory.ts'
import { chat, person } from '../../kit/chat-resources.ts'
import { callerOf, numberedId, openTestStores } from '../../kit/stores.ts'

const NO_PEERS = { store: () => undefined }

test('what no rule grants is denied, and what one grants is granted', async (t) => {
  let writes = 0
  const factory = restrictedStoreFactory(chat, 'person', ({ row, me, anyone }) => {
    writes += 1
    return { read: anyone, update: row.id.eq(me.id) }
  })
  const stores = await openTestStores(t, chat)
  const { key } = await stores.store('person').create({ name: 'ann' })
  const storeOf = factory.open(stores.store('person'))
  const [nobody, ann, bob] = [ANONYMOUS, callerOf(key), callerOf(numberedId(1))].map((caller) =>
    storeOf(caller, NO_PEERS),
  )
  t.match(await nobody?.read(key), { item: { name: 'ann' }, updatable: false, deletable: false })
  t.match(await ann?.read(key), { updatable: true, deletable: false })
  t.match(await ann?.update(key, { name: 'Ann' }), { item: { name: 'Ann' } })
  await t.rejects(Promise.resolve(bob?.update(key, { name: 'Bob' })), ForbiddenError)
  await t.rejects(Promise.resolve(nobody?.update(key, { name: 'No' })), UnauthenticatedError)
  await t.rejects(Promise.resolve(ann?.delete(key)), ForbiddenError)
  await t.rejects(Promise.resolve(ann?.create({ name: 'eve' })), ForbiddenError)
  t.equal(writes, 1, 'rules are written once, whoever calls')
  t.equal(factory.resource, person)
  t.same(factory.outline.operations, {
    create: false,
    read: true,
    update: true,
    delete: false,
    search: true,
  })
})

test('rules over what is not declared are refused at once', (t) => {
  const unknown: object = { attributes: { nothing: {} } }
  t.throws(
    () => restrictedStoreFactory(chat, 'person', ({ anyone }) => ({ read: anyone, ...unknown })),
    DeclarationError,
  )
  t.end()
})
