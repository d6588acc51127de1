/** Tests direct-writable.ts; what it means for who writes is in messenger.conversations.test.ts. */
import t from 'tap'
import { createConversations } from '../../app/conversations.ts'
import { createSetDirectWritable } from '../../app/direct-writable.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('both of a pair may write, or neither, and nobody else is touched', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann, eve] = [await person('tim'), await person('ann'), await person('eve')]
  await group(tim, ann, eve)
  const set = createSetDirectWritable(domain)
  const run = (pair: readonly [string, string], canWrite: boolean) =>
    stores.transactions.transaction((transaction) => set(transaction, pair, canWrite))
  const silent = async () => {
    const { results } = await stores.store('conversation_member').search()
    const found = results.filter(({ item }) => !item.can_write)
    return found.map(({ item }) => item.user_id).toSorted()
  }
  await run([tim, ann], false)
  t.same(await silent(), [], 'they have no conversation')
  const { direct } = createConversations(domain)
  for (const other of [ann, eve]) {
    await stores.transactions.transaction((transaction) => direct(other, { me: tim, transaction }))
  }
  await run([ann, tim], false)
  t.same(await silent(), [tim, ann].toSorted())
  await run([tim, ann], true)
  t.same(await silent(), [])
})
