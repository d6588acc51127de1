/** Tests all.ts: what is reachable from outside, and what is not. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { allStoreFactories } from '../../../app/stores/all.ts'
import { sessionParts } from '../../kit/session-parts.ts'
import { openTestStores } from '../../kit/stores.ts'

/** What only the messenger's own code touches: credentials and what proves who one is. */
const CLOSED = ['email_confirmation', 'password_recovery', 'second_factor']

t.test('each resource has one way in, and credentials have none', async (t) => {
  const { store, transactions } = await openTestStores(t, all)
  const stores = { store, transactions, queryable: transactions.writing }
  const factories = allStoreFactories({ stores, log: sessionParts({ store }).log, now: Date.now })
  t.same(
    factories.map(({ resource }) => resource.name).toSorted(),
    all.list
      .map(({ name }) => name)
      .filter((name) => !CLOSED.includes(name))
      .toSorted(),
  )
  for (const { resource } of factories) t.equal(all.list.includes(resource), true, resource.name)
})
