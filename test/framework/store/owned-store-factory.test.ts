/** Tests owned-store-factory.ts. */
import Type from 'typebox'
import type { Test } from 'tap'
import { test } from 'tap'
import {
  DeclarationError,
  ForbiddenError,
  InvalidError,
  UnauthenticatedError,
} from '../../../framework/errors.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id, reference } from '../../../framework/resource/standard-attributes.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { ownedStoreFactory } from '../../../framework/store/owned-store-factory.ts'
import type { StoreFactory } from '../../../framework/store/store-factory.ts'
import { callerOf, numberedId, openTestStores } from '../../kit/stores.ts'

const owner = resource('owner', { attributes: { id: id({ client: true }) } })
const thing = resource('thing', {
  attributes: { id: id(), name: Type.String(), owner_id: reference('owner') },
})
const all = resources({ owner, thing })
const [ann, bob] = [callerOf(numberedId(1)), callerOf(numberedId(2), 'admin')]

async function open(t: Test, factory: StoreFactory<typeof thing>) {
  const stores = await openTestStores(t, all)
  for (const { subject = '' } of [ann, bob]) await stores.store('owner').create({ id: subject })
  const storeOf = factory.open(stores.store('thing'))
  const peers = { store: () => undefined }
  return {
    plain: stores.store('thing'),
    ofAnn: storeOf(ann, peers),
    ofBob: storeOf(bob, peers),
    ofNobody: storeOf(ANONYMOUS, peers),
  }
}

test('whoever makes a thing owns it, anyone reads it, and its owner alone changes it', async (t) => {
  const factory = ownedStoreFactory(all, 'thing', { owner: 'owner_id' })
  const { ofAnn, ofBob, ofNobody } = await open(t, factory)
  const input: object = { name: 'a' }
  const { key, item } = await ofAnn.create(input as { name: string; owner_id: string })
  t.equal(item.owner_id, ann.subject)
  t.match(await ofNobody.read(key), { item: { name: 'a' }, updatable: false, deletable: false })
  t.match(await ofBob.read(key), { updatable: false, deletable: false }, 'not even an admin')
  await t.rejects(ofNobody.create({ name: 'b', owner_id: numberedId(1) }), InvalidError)
  await t.rejects(
    ofNobody.create(input as { name: string; owner_id: string }),
    UnauthenticatedError,
  )
  await t.rejects(ofBob.update(key, { name: 'b' }), ForbiddenError)
  await t.rejects(ofBob.delete(key), ForbiddenError)
  await t.rejects(ofNobody.update(key, { name: 'b' }), UnauthenticatedError)
  t.equal((await ofAnn.update(key, { name: 'b' })).item.name, 'b')
  await ofAnn.delete(key)
})

test('no input brings or changes the owner', async (t) => {
  const factory = ownedStoreFactory(all, 'thing', {
    owner: 'owner_id',
    rules: ({ anyone, nobody }) => ({
      attributes: { owner_id: { update: anyone }, name: { update: nobody } },
      sets: { owner_id: numberedId(2) },
    }),
  })
  const { ofAnn } = await open(t, factory)
  const input: object = { name: 'a' }
  await t.rejects(ofAnn.create({ name: 'a', owner_id: numberedId(1) }), InvalidError)
  const { key, item } = await ofAnn.create(input as { name: string; owner_id: string })
  t.equal(item.owner_id, ann.subject, 'rules of the app do not set another')
  await t.rejects(ofAnn.update(key, { owner_id: numberedId(2) }), InvalidError)
  await t.rejects(ofAnn.update(key, { name: 'b' }), InvalidError, 'other rules hold')
})

test('rules take the place of the usual ones', async (t) => {
  const factory = ownedStoreFactory(all, 'thing', {
    owner: 'owner_id',
    rules: ({ row, me }) => ({
      read: row.owner_id.eq(me.id).or(me.scope('admin')),
      delete: me.scope('admin'),
    }),
  })
  const { plain, ofAnn, ofBob, ofNobody } = await open(t, factory)
  const { key } = await plain.create({ name: 'a', owner_id: numberedId(1) })
  t.match(await ofAnn.read(key), { updatable: true, deletable: false })
  t.match(await ofBob.read(key), { updatable: false, deletable: true })
  await t.rejects(ofNobody.read(key), UnauthenticatedError)
  await t.rejects(ofAnn.delete(key), ForbiddenError)
  await ofBob.delete(key)
})

test('an owner that is no attribute is refused', (t) => {
  const options: object = { owner: 'nobody' }
  t.throws(
    () => ownedStoreFactory(all, 'thing', options as { owner: 'owner_id' }),
    new DeclarationError("thing: its owner 'nobody' is no attribute."),
  )
  t.end()
})
