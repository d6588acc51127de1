/** Tests message-search.ts; by requests in messenger.messages.test.ts. */
import t from 'tap'
import { findMessages } from '../../app/message-search.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('words are found in what is public and in one’s own, page by page', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const own = await group(tim)
  const say = async (text: string, conversation_id: string | null = null) =>
    (await stores.store('message').create({ text, author_id: tim, conversation_id })).key
  const one = await say('A green lamp')
  const two = await say('Lamp, lamp, lamp', own)
  await say('A red chair')
  const find = (me: string, query: string, page = 1, limit = 10) =>
    stores.transactions.transaction((transaction) =>
      findMessages(stores, { me, query, conversation: undefined, limit, page }, transaction),
    )
  t.same(await find(tim, 'lamp'), { keys: [two, one], hasMore: false })
  t.same(await find(ann, 'lamp'), { keys: [one], hasMore: false })
  t.same(await find(tim, 'green la'), { keys: [one], hasMore: false })
  t.same(await find(tim, 'lamp', 1, 1), { keys: [two], hasMore: true })
  t.same(await find(tim, 'lamp', 2, 1), { keys: [one], hasMore: false })
  t.same(await find(tim, '...'), { keys: [], hasMore: false })
  t.same(await find(tim, 'lamp '), { keys: [two, one], hasMore: false })
})
