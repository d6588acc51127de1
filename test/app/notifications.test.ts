/** Tests notifications.ts: who is told of what, and what is taken back. */
import { test } from 'tap'
import { createNotifier, type Notice } from '../../app/notifications.ts'
import { all } from '../../app/resources/all.ts'
import { openTestStores, START } from '../kit/stores.ts'
import { makeUsers } from '../kit/users.ts'

test('somebody is told, but not of itself, nor of whom it has blocked', async (t) => {
  const { store, transactions } = await openTestStores(t, all)
  const { tim, ann, eve } = await makeUsers({ store }, 'tim', 'ann', 'eve')
  const [notifications, friendships] = [store('notification'), store('friendship')]
  let seconds = 0
  const now = () => START + 1000 * seconds++
  const notifier = createNotifier({ stores: { queryable: transactions.writing }, now })
  const notify = (notice: Notice) =>
    transactions.transaction((transaction) => notifier.notify(notice, transaction))
  await friendships.create({ user_id: tim, other_id: eve, state: 'blocked' })
  await friendships.create({ user_id: tim, other_id: ann, state: 'refused' })
  const { key: message } = await store('message').create({ text: 'Hello', author_id: ann })
  await notify({ user: tim, kind: 'mention', actor: tim, message })
  await notify({ user: tim, kind: 'mention', actor: eve, message })
  t.equal(await notifications.count(), 0)
  const group = {
    kind: 'group',
    owner_id: ann,
    last_message_at: new Date(START).toISOString(),
  } as const
  const { key: conversation } = await store('conversation').create(group)
  await notify({ user: tim, kind: 'mention', actor: ann, message, conversation })
  await notify({ user: tim, kind: 'export' })
  await notify({ user: eve, kind: 'reply', actor: tim })
  const told = (await notifications.search({ order: [{ attribute: 'created_at', isDescending: false }] })).results // prettier-ignore
  t.match(
    told.map(({ item }) => item),
    [
      { user_id: tim, kind: 'mention', actor_id: ann, message_id: message, conversation_id: conversation }, // prettier-ignore
      { user_id: tim, kind: 'export', actor_id: null, message_id: null },
      { user_id: eve, kind: 'reply', actor_id: tim },
    ],
  )
})

test('what is rolled back has told nobody, and what is taken back is gone, however much it was', async (t) => {
  const { store, transactions, statements } = await openTestStores(t, all)
  const { tim, ann } = await makeUsers({ store }, 'tim', 'ann')
  const notifications = store('notification')
  const notifier = createNotifier({ stores: { queryable: transactions.writing }, now: () => START })
  const failure = new Error('not today')
  const failing = transactions.transaction(async (transaction) => {
    await notifier.notify({ user: tim, kind: 'reply', actor: ann }, transaction)
    throw failure
  })
  await t.rejects(failing, failure)
  t.equal(await notifications.count(), 0)
  await transactions.transaction(async (transaction) => {
    const about = { user: tim, actor: ann } as const
    for (let round = 0; round < 102; round += 1) {
      await notifier.notify({ ...about, kind: 'reply' }, transaction)
    }
    await notifier.notify({ ...about, kind: 'friend_request' }, transaction)
    await notifier.notify({ user: ann, actor: tim, kind: 'friend_request' }, transaction)
    await notifier.withdraw({ ...about, kind: 'friend_request' }, transaction)
    t.equal(await notifications.count(undefined, { transaction }), 103)
    const before = statements.length
    await notifier.withdraw(about, transaction)
    t.equal(statements.length - before, 1, 'in one statement')
  })
  t.match((await notifications.search()).results, [{ item: { user_id: ann } }])
})

test('many are told in one statement, but not who has blocked the one who did it', async (t) => {
  const { store, transactions, statements } = await openTestStores(t, all)
  const { tim, ann, eve } = await makeUsers({ store }, 'tim', 'ann', 'eve')
  const notifier = createNotifier({
    stores: { queryable: transactions.writing },
    now: () => START,
  })
  await store('friendship').create({ user_id: eve, other_id: tim, state: 'blocked' })
  const notices = [tim, ann, eve, ann].map(
    (user) => ({ user, kind: 'message', actor: tim }) as const,
  )
  const isNotice = ({ text }: { readonly text: string }) => text.includes('into notification')
  await transactions.transaction((transaction) => notifier.notifyAll(notices, transaction))
  t.equal(statements.filter(isNotice).length, 1)
  t.equal(await store('notification').count(), 2)
  const very = Array.from({ length: 1001 }, () => ({ user: ann, kind: 'export' }) as const)
  await transactions.transaction((transaction) => notifier.notifyAll(very, transaction))
  t.equal(statements.filter(isNotice).length, 3, 'of very many some at a time')
  const { results } = await store('notification').search({ limit: 1 })
  t.match(results, [{ item: { is_read: false, created_at: new Date(START).toISOString() } }])
  t.equal(await store('notification').count(), 1003)
})
