/** Tests message-store-factory.ts: each caller, each operation, own and others' messages; refusals first. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { messageStoreFactory } from '../../../app/stores/message-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, openTestStores, START } from '../../kit/stores.ts'

test('anyone reads, who is logged in writes, and the author alone changes', async (t) => {
  const { store, transactions } = await openTestStores(t, all)
  const user = async (username: string) =>
    (await store('user').create({ username, password_digest: 'x' })).key
  const [tim, ann, admin] = [await user('tim'), await user('ann'), await user('admin')]
  const open = messageStoreFactory({
    stores: { store, transactions, queryable: transactions.writing },
    now: () => START,
  }).open(store('message'))
  const as = {
    nobody: ANONYMOUS,
    ann: callerOf(ann),
    admin: callerOf(admin, 'admin'),
    tim: callerOf(tim),
  }
  const table = [
    ['nobody', 'create', 'unauthenticated'],
    ['nobody', 'update', 'unauthenticated'],
    ['nobody', 'delete', 'unauthenticated'],
    ['ann', 'update', 'forbidden'],
    ['ann', 'delete', 'forbidden'],
    ['admin', 'update', 'forbidden'],
    ['admin', 'delete', 'forbidden'],
    ['nobody', 'read', 'done'],
    ['nobody', 'search', 'done'],
    ['nobody', 'count', 'done'],
    ['ann', 'create', 'done'],
    ['admin', 'create', 'done'],
    ['tim', 'create', 'done'],
    ['tim', 'update', 'done'],
    ['tim', 'delete', 'done'],
  ] as const
  for (const [who, operation, expected] of table) {
    const { key } = await store('message').create({ text: 'by tim', author_id: tim })
    const caller = as[who]
    const messages = open(caller, { store: () => undefined })
    const work = {
      create: async () => {
        const input: object = { text: 'x' }
        const { item } = await messages.create(input as { text: string; author_id: string })
        t.equal(item.author_id, caller.subject)
      },
      read: () => messages.readOrThrow(key),
      search: () => messages.search(),
      count: () => messages.count(),
      update: () => messages.update(key, { text: 'y' }),
      delete: () => messages.delete(key),
    }
    t.equal(await outcomeOf(work[operation]()), expected, `${who} ${operation}`)
    if (expected !== 'done') t.equal((await store('message').read(key))?.item.text, 'by tim')
  }
})

test('one for the public room is one statement, without a transaction', async (t) => {
  const { store, transactions, statements } = await openTestStores(t, all)
  const stores = { store, transactions, queryable: transactions.writing }
  const { key: tim } = await store('user').create({ username: 'tim', password_digest: 'x' })
  const factory = messageStoreFactory({ stores, now: () => START })
  const messages = factory.open(store('message'))(callerOf(tim), { store: () => undefined })
  statements.length = 0
  const input: object = { text: 'Hello' }
  await messages.create(input as { text: string; author_id: string })
  t.equal(statements.length, 1)
})
