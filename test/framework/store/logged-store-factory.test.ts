/** Tests logged-store-factory.ts. */
import Type from 'typebox'
import { test } from 'tap'
import {
  ANONYMOUS,
  id,
  loggedStoreFactory,
  NotFoundError,
  openStoreFactory,
  resource,
  resources,
  type OperationLogEntry,
} from '../../../framework/index.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'

const note = resource('note', { attributes: { id: id(), title: Type.String() } })
const all = resources({ note })
const NO_PEERS = { store: () => undefined }

test('each operation is told, with its caller, key and outcome, and without values', async (t) => {
  const stores = await openTestStores(t, all)
  const told: OperationLogEntry[] = []
  const factory = loggedStoreFactory(openStoreFactory(note), (entry) => told.push(entry))
  const storeOf = factory.open(stores.store('note'))
  const store = storeOf(callerOf('tim'), NO_PEERS)
  const { key } = await store.create({ title: 'a canary' })
  await store.read(key)
  await store.readOrThrow(key)
  await store.update(key, { title: 'another canary' })
  await store.search()
  await store.count()
  await store.readBatch([key])
  await store.editBatch([{ kind: 'delete', key }])
  await t.rejects(storeOf(ANONYMOUS, NO_PEERS).readOrThrow(key), NotFoundError)
  t.same(
    told.map((entry) => [entry.operation, entry.subject, entry.key, entry.code]),
    [
      ['create', 'tim', undefined, undefined],
      ['read', 'tim', key, undefined],
      ['read', 'tim', key, undefined],
      ['update', 'tim', key, undefined],
      ['search', 'tim', undefined, undefined],
      ['count', 'tim', undefined, undefined],
      ['read_batch', 'tim', undefined, undefined],
      ['delete', 'tim', key, undefined],
      ['read', undefined, key, 'not_found'],
    ],
  )
  t.ok(told.every(({ resource: name, durationMs }) => name === 'note' && durationMs >= 0))
  t.notMatch(JSON.stringify(told), /canary/)
})
