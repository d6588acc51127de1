/** Tests open-stores.ts: that everything which stands on a database is joined, and let go of again. */
import Type from 'typebox'
import { test } from 'tap'
import { createMemoryBus } from '../../../framework/bus/memory-bus.ts'
import {
  ConflictError,
  DeclarationError,
  InternalError,
  UnavailableError,
} from '../../../framework/errors.ts'
import type { Transaction } from '../../../framework/store/store.ts'
import type { Change } from '../../../framework/event/change.ts'
import { openStores, openStoresOn } from '../../../framework/postgres/open-stores.ts'
import { openPgliteDatabase } from '../../../framework/postgres/pglite-database.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'
import {
  createServerDatabase,
  openTestDatabase,
  pgliteTemplate,
  SERVER_URL,
} from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'
import { numberedId } from '../../kit/stores.ts'

const card = resource('card', { attributes: { id: id(), text: Type.String() } })
const registry = resources({ card })

test('rows that are written are kept, and told in one order', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const database = await openTestDatabase(t)
  let ids = 0
  const newId = (resource: string) => {
    t.equal(resource, 'card')
    return numberedId(++ids)
  }
  const stores = await openStoresOn(database, { registry, onError, newId })
  const told = createGathering<Change>()
  stores.feed.follow(({ changes }) => told.add(...changes))
  const cards = stores.store('card')
  t.equal(stores.registry, registry)
  t.equal((await cards.create({ text: 'a' })).key, numberedId(1))
  await stores.transactions.transaction(async (transaction) => {
    const { key } = await cards.create({ text: 'b' }, { transaction })
    await cards.update(key, { text: 'c' }, { transaction })
  })
  const changes = await told.until((all) => all.length === 3)
  t.match(changes, [
    { position: 1, operation: 'create', after: { text: 'a' } },
    { position: 2, operation: 'create', after: { text: 'b' } },
    { position: 3, operation: 'update', before: { text: 'b' }, after: { text: 'c' } },
  ])
  t.throws(() => stores.store('nothing' as 'card'), DeclarationError)
  t.ok(stores.compiledPlanCount() > 0)
  await stores.close()
  await stores.close()
  await t.rejects(cards.count(), UnavailableError)
  t.equal(await database.isReady(), false, 'the database is closed with them')
})

test('what is written is told at once, not when the relay looks by itself', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry, onError })
  const told = createGathering<Change>()
  stores.feed.follow(({ changes }) => told.add(...changes))
  const before = performance.now()
  for (let count = 1; count <= 10; count += 1) {
    await stores.store('card').create({ text: 'a' })
    await told.until((all) => all.length === count)
  }
  t.ok(performance.now() - before < 5_000, 'it looks once a second, so ten would take ten')
  await stores.close()
})

test('others on the same database are told too, and a second start finds everything', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const database = await openTestDatabase(t)
  const one = await openStoresOn(database, { registry, onError })
  await one.store('card').create({ text: 'before' })
  const other = await openStoresOn(database, { registry, onError })
  t.equal(await other.store('card').count(), 1)
  const told = createGathering<Change>()
  other.feed.follow(({ changes }) => told.add(...changes))
  await one.store('card').create({ text: 'after' })
  await told.until((all) => all.some(({ after }) => after?.['text'] === 'after'))
  await Promise.all([one.close(), other.close()])
})

test('the bus that is given is used, shown to others, and closed with the stores', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const memory = createMemoryBus()
  const stranger = memory.connect()
  const heard = createGathering<string>()
  stranger.receive('log', (text) => heard.add(text))
  const database = await openTestDatabase(t)
  const stores = await openStoresOn(database, { registry, onError, bus: () => memory.connect() })
  await stores.store('card').create({ text: 'a' })
  await heard.until((all) => all.length > 0)
  t.match(heard.all[0], '"text":"a"')
  stores.bus.receive('presence', (text) => t.equal(text, 'here'))
  stranger.send('presence', 'here')
  await new Promise(setImmediate)
  await stores.close()
  stranger.send('presence', 'gone')
  await new Promise(setImmediate)

  const lone = await openStoresOn(await openTestDatabase(t), { registry, onError })
  t.equal(lone.bus.maxBytes, 0, 'a bus that nobody hears')
  await lone.close()
})

test('a durable reader handles what it wants, and a keyed request is done once', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry, onError })
  const handled = createGathering<unknown>()
  const consumer = await stores.consume({
    name: 'texts',
    isWanted: ({ after }) => after?.['text'] !== 'unwanted',
    handle: async ({ after }) => handled.add(after?.['text']),
  })
  const request = { subject: 'ann', operation: 'make', key: 'k', bodyHash: 'h' }
  const once = () => stores.idempotency.once(request, async () => ({ number: 1 }))
  t.match(await once(), { answer: { number: 1 }, isReplay: false })
  t.match(await once(), { answer: { number: 1 }, isReplay: true })
  for (const text of ['a', 'unwanted', 'b']) await stores.store('card').create({ text })
  t.same(await handled.until((all) => all.length === 2), ['a', 'b'])
  await consumer.close()
  await stores.close()
})

test('what is configured is opened, and let go of when it does not fit', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const folder = `${t.testdir()}/pgdata`
  const where =
    SERVER_URL === undefined
      ? { dataFolder: folder }
      : { databaseUrl: await createServerDatabase(t, SERVER_URL) }
  if (SERVER_URL === undefined) {
    await (await openPgliteDatabase({ folder, template: await pgliteTemplate(), onError })).close()
  }
  const stores = await openStores({ registry, onError, ...where })
  t.match(stores.database.description, SERVER_URL === undefined ? folder : 'holdfast_test_')
  await stores.store('card').create({ text: 'kept' })
  await stores.close()

  const changed = resources({
    card: resource('card', { attributes: { id: id(), text: Type.Integer() } }),
  })
  await t.rejects(openStores({ registry: changed, onError, ...where }), DeclarationError)
  const again = await openStores({ registry, onError, ...where })
  t.match((await again.store('card').search()).results, [{ item: { text: 'kept' } }])
  await again.close()
})

test('an app’s own SQL is a part of a transaction of the stores, and told when it commits', async (t) => {
  const onError = (error: unknown) => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry, onError })
  const told = createGathering<Change>()
  stores.feed.follow(({ changes }) => told.add(...changes))
  const { key } = await stores.store('card').create({ text: 'a' })
  await told.until((all) => all.length === 1)
  const { transactions, queryable } = stores
  const write = (transaction: Transaction, text: string) =>
    queryable(transaction).query({ text: 'update card set text = $1', values: [text] })
  const failed = transactions.transaction(async (transaction) => {
    await write(transaction, 'b')
    const read = await stores.store('card').read(key, { transaction })
    t.equal(read?.item.text, 'b', 'stores see it there')
    throw new ConflictError('undone')
  })
  await t.rejects(failed, ConflictError)
  await transactions.transaction((transaction) => write(transaction, 'c'))
  const [, second] = await told.until((all) => all.length === 2)
  t.match(second, { operation: 'update', before: { text: 'a' }, after: { text: 'c' } })
  t.throws(() => queryable({}), InternalError, 'of another database')
  await stores.close()
})
