/** Tests data-export-store-factory.ts: each caller, each operation; refusals first. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { dataExportStoreFactory } from '../../../app/stores/data-export-store-factory.ts'
import { ANONYMOUS, type CreateInput } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, openTestStores, START } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

t.test('each sees and deletes its own, and nobody makes or changes one', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim, ann, admin } = await makeUsers({ store }, 'tim', 'ann', 'admin')
  const expires_at = new Date(START).toISOString()
  const item = { user_id: tim, state: 'ready', byte_count: 1, expires_at } as const
  const { key } = await store('data_export').create(item)
  const open = dataExportStoreFactory.open(store('data_export'))
  for (const [caller, read, remove] of [
    [ANONYMOUS, 'unauthenticated', 'unauthenticated'],
    [callerOf(ann), 'not_found', 'not_found'],
    [callerOf(admin, 'admin'), 'not_found', 'not_found'],
    [callerOf(tim), 'done', 'done'],
  ] as const) {
    const exports = open(caller, { store: () => undefined })
    const who = caller.subject ?? 'nobody'
    t.equal(await outcomeOf(exports.readOrThrow(key)), read, who)
    const input = { ...item } as CreateInput<(typeof all)['resources']['data_export']>
    t.not(await outcomeOf(exports.create(input)), 'done', who)
    t.not(await outcomeOf(exports.update(key, { state: 'failed' })), 'done', who)
    t.equal(await outcomeOf(exports.delete(key)), remove, who)
  }
})
