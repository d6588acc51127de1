/** Tests admins.ts; by requests in messenger.erase.test.ts. */
import t from 'tap'
import { lockAdmins } from '../../app/admins.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('admins are those who may do something', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  await person('eve')
  const users = stores.store('user')
  await users.update(tim, { admin: true })
  await users.update(ann, { admin: true, blocked: true })
  const admins = await stores.transactions.transaction((within) => lockAdmins(stores, within))
  t.same([...admins], [tim])
})
