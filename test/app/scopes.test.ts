/** Tests scopes.ts over real stores. */
import t from 'tap'
import { all } from '../../app/resources/all.ts'
import { scopesOf, scopesOfUser } from '../../app/scopes.ts'
import { numberedId, openTestStores } from '../kit/stores.ts'

t.test('an admin has the scope of admins, and who is blocked or gone has nothing', async (t) => {
  const users = (await openTestStores(t, all)).store('user')
  const { key } = await users.create({ username: 'tim', password_digest: 'x' })
  t.same(await scopesOfUser(users, key), [])
  await users.update(key, { admin: true })
  t.same(await scopesOfUser(users, key), ['admin'])
  await users.update(key, { blocked: true })
  t.equal(await scopesOfUser(users, key), undefined)
  t.equal(await scopesOfUser(users, numberedId(999)), undefined)
  t.same([scopesOf({ admin: true }), scopesOf({ admin: false })], [['admin'], []])
})
