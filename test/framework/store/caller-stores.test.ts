/** Tests caller-stores.ts. */
import { test } from 'tap'
import { DeclarationError } from '../../../framework/errors.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import { callerStores } from '../../../framework/store/caller-stores.ts'
import { openStoreFactory } from '../../../framework/store/open-store-factory.ts'
import type { StoreFactory } from '../../../framework/store/store-factory.ts'
import type { Peers } from '../../../framework/store/store.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'

const cat = resource('cat', { attributes: { id: id() } })
const dog = resource('dog', { attributes: { id: id() } })
const all = resources({ cat, dog })

test('each caller has its own stores, made once, that see each other', async (t) => {
  const stores = await openTestStores(t, all)
  const opened: string[] = []
  const made: (readonly [string, Authorization, Peers])[] = []
  const watched = (base: StoreFactory): StoreFactory => ({
    ...base,
    open(plain) {
      opened.push(base.resource.name)
      const storeOf = base.open(plain)
      return (caller, peers) => {
        made.push([base.resource.name, caller, peers])
        return storeOf(caller, peers)
      }
    },
  })
  const peersOf = callerStores({
    registry: all,
    factories: [watched(openStoreFactory(cat)), watched(openStoreFactory(dog))],
    plain: (name) => stores.store(name as 'cat'),
  })
  t.same(opened, ['cat', 'dog'], 'factories are opened at once')
  t.same(made, [], 'and stores when they are asked for')
  const ann = callerOf('ann')
  const peers = peersOf(ann)
  t.equal(peersOf(ann), peers)
  t.equal(peers.store('cat'), peers.store('cat'))
  t.equal(peers.store('cat')?.resource, cat)
  t.equal(peers.store('cat')?.access.caller, ann)
  t.same(made, [['cat', ann, peers]])
  t.not(peersOf(callerOf('ann')), peers, 'another token, another caller')
  t.equal(peersOf(ANONYMOUS).store('dog')?.access.caller, ANONYMOUS)
})

test('a resource without a store factory is not reachable', async (t) => {
  const stores = await openTestStores(t, all)
  const peersOf = callerStores({
    registry: all,
    factories: [openStoreFactory(cat)],
    plain: (name) => stores.store(name as 'cat'),
  })
  for (const name of ['dog', 'fish', '', '__proto__', 'constructor']) {
    t.equal(peersOf(ANONYMOUS).store(name), undefined, name)
  }
})

test('two factories for one resource, and one for a stranger, are refused', (t) => {
  const plain = () => t.fail('nothing is opened') as never
  const open = (...factories: readonly StoreFactory[]) =>
    callerStores({ registry: resources({ cat }), factories, plain })
  const opened = { ...openStoreFactory(cat), open: () => () => t.fail('not asked') as never }
  t.throws(
    () => callerStores({ registry: all, factories: [opened, opened], plain: () => ({}) as never }),
    new DeclarationError('cat has two store factories. Register one.'),
  )
  t.throws(() => open(openStoreFactory(dog)), /there is no resource 'dog'/i)
  const another = resource('cat', { attributes: { id: id() } })
  t.throws(() => open(openStoreFactory(another)), /cat is for another resource of that name/)
  t.end()
})
