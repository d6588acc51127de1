/** Tests people.ts: that blocking takes back what was told of the one who is blocked. */
import { test } from 'tap'
import { createPeople } from '../../app/people.ts'
import { all } from '../../app/resources/all.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { openTestDatabase } from '../kit/database.ts'
import { makeUsers } from '../kit/users.ts'

test('who blocks somebody is rid of what it was told of it', async (t) => {
  const onError = (error: unknown): void => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry: all, onError })
  t.teardown(() => stores.close())
  const { tim, ann, eve } = await makeUsers(stores, 'tim', 'ann', 'eve')
  const { friendships, notifier } = createPeople({ stores, now: Date.now })
  await stores.transactions.transaction(async (transaction) => {
    for (const actor of [ann, eve]) {
      await notifier.notify({ user: tim, kind: 'reply', actor }, transaction)
    }
    await friendships.take('block', { me: tim, other: eve }, transaction)
  })
  const { results } = await stores.store('notification').search()
  t.match(results, [{ item: { actor_id: ann } }])
  await stores.transactions.transaction((transaction) =>
    friendships.take('unblock', { me: tim, other: eve }, transaction),
  )
  t.equal(await stores.store('notification').count(), 1)
})
