/** Tests delete-account.ts where it meets others at the same moment; by requests in messenger.erase.test.ts. */
import t from 'tap'
import { InvalidError, UnauthenticatedError } from '../../framework/index.ts'
import { openAccounts } from '../kit/accounts.ts'
import { PASSWORD } from '../kit/messenger.ts'

t.test('a password that is changed meanwhile is not the password any more', async (t) => {
  const { users, accounts, world, tim } = await openAccounts(t)
  world.beforeVerify = async () => {
    await users.update(tim, { password_digest: 'another' })
  }
  const deletion = { user: tim, password: PASSWORD, messages: 'keep' } as const
  await t.rejects(accounts.deleteAccount(deletion), InvalidError)
  t.match((await users.readOrThrow(tim)).item, { username: 'tim', deleted_at: null })
})

t.test('of several who delete it at the same moment one does', async (t) => {
  const { users, accounts, tim, store } = await openAccounts(t)
  const deletion = { user: tim, password: PASSWORD, messages: 'keep' } as const
  const done = await Promise.allSettled([1, 2, 3].map(() => accounts.deleteAccount(deletion)))
  t.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
  t.equal(await store('security_event').count(), 1)
  t.ok((await users.readOrThrow(tim)).item.deleted_at)
})

t.test('who is gone can’t delete anything, and nobody else’s name is taken', async (t) => {
  const { users, accounts, tim, signUp } = await openAccounts(t)
  const ann = await signUp({ username: 'ann' })
  for (const user of [tim, ann])
    await accounts.deleteAccount({ user, password: PASSWORD, messages: 'delete' })
  const names = (await users.search()).results.map(({ item }) => item.username)
  t.equal(new Set(names).size, 2)
  await users.delete(tim)
  const deletion = { user: tim, password: PASSWORD, messages: 'keep' } as const
  await t.rejects(accounts.deleteAccount(deletion), UnauthenticatedError)
})
