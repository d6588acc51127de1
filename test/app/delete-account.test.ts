/** Tests delete-account.ts where it meets others at the same moment; by requests in messenger.erase.test.ts. */
import t from 'tap'
import { InvalidError, UnauthenticatedError } from '../../framework/index.ts'
import { openAccounts } from '../kit/accounts.ts'
import { SERVER_URL } from '../kit/database.ts'
import { PASSWORD } from '../kit/messenger.ts'
import { START } from '../kit/stores.ts'

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

t.test(
  'who is brought into conversations meanwhile is in none of them, and owns none',
  { skip: SERVER_URL === undefined && 'PGlite does one thing at a time' },
  async (t) => {
    const { accounts, world, tim, signUp, store } = await openAccounts(t)
    const ann = await signUp({ username: 'ann' })
    const [left, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    world.beforeStatement = async (text) => {
      if (!text.startsWith('update "user"')) return
      left.resolve()
      await written.promise
    }
    const deletion = { user: tim, password: PASSWORD, messages: 'keep' } as const
    const deleting = accounts.deleteAccount(deletion)
    await left.promise
    const [conversations, members] = [store('conversation'), store('conversation_member')]
    const last_message_at = new Date(START).toISOString()
    const item = { kind: 'group', owner_id: tim, last_message_at } as const
    const { key: shared } = await conversations.create(item)
    for (const user_id of [tim, ann]) await members.create({ conversation_id: shared, user_id })
    await conversations.create(item)
    written.resolve()
    await deleting
    t.match((await members.search()).results, [{ item: { user_id: ann } }])
    t.equal(await members.count(), 1)
    t.match((await conversations.readOrThrow(shared)).item, { owner_id: ann })
    const { results } = await conversations.search()
    t.same(
      results.filter(({ item }) => item.owner_id === tim),
      [],
    )
  },
)
