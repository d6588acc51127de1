/** Tests domain-stores.ts. */
import t from 'tap'
import { sqlIn } from '../../app/domain-stores.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('typed SQL is a part of the transaction', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const key = await person('tim')
  const found = await stores.transactions.transaction(async (transaction) => {
    await stores.store('user').update(key, { full_name: 'Tim' }, { transaction })
    return sqlIn(stores, transaction).selectFrom('user').select('full_name').execute()
  })
  t.same(found, [{ full_name: 'Tim' }])
})
