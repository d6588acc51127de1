/** Tests leave-conversations.ts; by requests in messenger.conversations.test.ts and messenger.erase.test.ts. */
import t from 'tap'
import { createConversations } from '../../app/conversations.ts'
import { leaveConversations } from '../../app/leave-conversations.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('groups pass on or go, and of two people the other keeps what was said', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann, bob] = [await person('tim'), await person('ann'), await person('bob')]
  const shared = await group(tim, ann, bob)
  const lone = await group(tim)
  await stores.store('conversation').update(lone, { join_code: 'pV2y7x0cQm4kZ1bT9sLw3A' })
  const others = await group(ann, bob)
  const { transaction } = stores.transactions
  const direct = await transaction((transaction) =>
    createConversations(domain).direct(ann, { me: tim, transaction }),
  )
  await transaction((transaction) => leaveConversations(domain, { me: tim, transaction }))
  const conversations = stores.store('conversation')
  t.match((await conversations.readOrThrow(shared)).item, { owner_id: ann })
  t.match((await conversations.readOrThrow(others)).item, { owner_id: ann })
  t.match((await conversations.readOrThrow(lone)).item, { owner_id: null, join_code: null })
  const { results } = await stores.store('conversation_member').search()
  const of = (key: string) => results.filter(({ item }) => item.conversation_id === key)
  t.match(of(direct), [{ item: { user_id: ann, can_write: false } }])
  t.equal(of(direct).length, 1)
  t.ok(of(shared).every(({ item }) => item.can_write && item.user_id !== tim))
  await transaction((transaction) => leaveConversations(domain, { me: ann, transaction }))
  const { results: rest } = await stores.store('conversation_member').search()
  t.match(rest, [{ item: { user_id: bob } }, { item: { user_id: bob } }])
  t.equal(rest.length, 2, 'of two people nobody is left')
  t.match((await conversations.readOrThrow(others)).item, { owner_id: bob })
})
