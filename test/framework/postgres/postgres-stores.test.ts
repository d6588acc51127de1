/** What the stores of one database share, and what they tell of. */

import t from 'tap'
import Type from 'typebox'
import { DeclarationError, InternalError } from '../../../framework/errors.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id, sequence } from '../../../framework/resource/standard-attributes.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import type { Transaction } from '../../../framework/store/store.ts'
import { faultsOf } from '../../contracts/store.ts'
import { person } from '../../kit/chat-resources.ts'
import { IDS, openChat } from '../../kit/chat.ts'
import { samples, tag } from '../../kit/sample-resources.ts'
import { numberedId, openTestStores } from '../../kit/stores.ts'

const NAME = Type.String({ maxLength: 40 })

t.test('there is one store for each resource', async (t) => {
  const stores = await openTestStores(t, samples)
  t.equal(stores.store('tag'), stores.store('tag'))
  t.equal(stores.store('tag').resource, tag)
  t.equal(stores.store('tag').transactions, stores.transactions)
  t.throws(() => stores.store('nope' as 'tag'), DeclarationError)
})

t.test('each write that commits is told once', async (t) => {
  const stores = await openTestStores(t, samples)
  const tags = stores.store('tag')
  await tags.create({ name: 'a' })
  await tags.update('a', { description: 'x' })
  await tags.update('a', {})
  await tags.search()
  t.equal(stores.writes(), 2)
  await t.rejects(tags.create({ name: 'a' }))
  await t.rejects(tags.update('b', { description: 'x' }))
  t.equal(stores.writes(), 2)
  await tags.delete('a')
  t.equal(stores.writes(), 3)
})

t.test('a transaction of elsewhere is refused', async (t) => {
  const [one, other] = [await openTestStores(t, samples), await openTestStores(t, samples)]
  let foreign: Transaction = {}
  await one.transactions.transaction(async (transaction) => {
    foreign = transaction
    await t.rejects(other.store('tag').count({ kind: 'all' }, { transaction }), InternalError)
  })
  await t.rejects(
    one.store('tag').count({ kind: 'all' }, { transaction: foreign }),
    InternalError,
    'nor one that has ended',
  )
})

t.test('a create that nobody can complete is a defect, not the caller’s fault', async (t) => {
  const chat = await openChat(t)
  const open = openAccess(person, ANONYMOUS)
  const outline = {
    ...open.outline,
    attributes: {
      ...open.outline.attributes,
      name: { readable: true, creatable: false, updatable: true },
    },
  }
  const store = chat.store('person').restricted({ ...open, outline }, { store: () => undefined })
  await t.rejects(store.create({ email: 'x' } as never), InternalError)
})

t.test('the app’s own batches and streams go through its own writes', async (t) => {
  const { store } = await openChat(t)
  const plain = store('person')
  const wrapped = plain.withBatches({
    ...plain,
    update: (key, item, options) =>
      plain.update(key, { ...item, name: `${String(item.name)}!` }, options),
  })
  await wrapped.editBatch([{ kind: 'update', key: IDS.ann, item: { name: 'one' } }])
  t.equal((await plain.readOrThrow(IDS.ann)).item.name, 'one!')
  await wrapped.updateAll(
    { kind: 'compare', attribute: 'id', operator: 'eq', value: IDS.bob },
    { name: 'two' },
  )
  t.equal((await plain.readOrThrow(IDS.bob)).item.name, 'two!')
  t.equal(await plain.read(numberedId(99)), undefined)
})

t.test('what the database counts can’t be set by the server’s own code either', async (t) => {
  const ticket = resource('ticket', { attributes: { id: id(), number: sequence(), text: NAME } })
  const { store } = await openTestStores(t, resources({ ticket }))
  const { key, item } = await store('ticket').create({ text: 'a' })
  t.equal(item.number, 1)
  const counted = { text: 'a', number: 7 }
  t.same(await faultsOf(t, store('ticket').create(counted)), ['/item/number is not known here'])
  t.same(await faultsOf(t, store('ticket').update(key, counted)), [
    '/item/number is not known here',
  ])
})
