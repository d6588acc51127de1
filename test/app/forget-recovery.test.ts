/** Tests forget-recovery.ts over real stores. */
import t from 'tap'
import { forgetRecovery } from '../../app/forget-recovery.ts'
import { all } from '../../app/resources/all.ts'
import { openTestStores, START } from '../kit/stores.ts'

t.test('the link of one user is gone, that of another is not', async (t) => {
  const { store, transactions } = await openTestStores(t, all)
  const recoveries = store('password_recovery')
  const keys = []
  for (const username of ['tim', 'ann']) {
    const { key: user_id } = await store('user').create({ username, password_digest: 'x' })
    const expires_at = new Date(START).toISOString()
    await recoveries.create({ user_id, digest: username.padEnd(43, 'x'), expires_at })
    keys.push(user_id)
  }
  const [tim = '', ann] = keys
  const forget = () =>
    transactions.transaction((transaction) => forgetRecovery(recoveries, tim, transaction))
  await forget()
  await forget()
  const { results } = await recoveries.search()
  t.match(results, [{ item: { user_id: ann } }])
  t.equal(results.length, 1)
})
