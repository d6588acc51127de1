/** Tests unread.ts; with many at a time in messenger.unread.test.ts. */
import t from 'tap'
import { createUnread } from '../../app/unread.ts'
import { NotFoundError } from '../../framework/index.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('unread is what is counted beyond what was read', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann] = [await person('tim'), await person('ann')]
  const conversation = await group(tim)
  await stores.store('conversation').update(conversation, { message_count: 5 })
  const unread = createUnread(domain)
  const { transaction } = stores.transactions
  const read = (me: string, number: number) =>
    transaction((within) => unread.read({ me, conversation, number }, within))
  const counts = (me: string) => transaction((within) => unread.counts(me, within))
  t.same(await counts(tim), {
    total: 5,
    conversations: [{ conversation_id: conversation, unread: 5, muted: false }],
  })
  t.same(await read(tim, 3), { read_number: 3, unread: 2 })
  t.same(await read(tim, 1), { read_number: 3, unread: 2 })
  t.same(await read(tim, 9), { read_number: 5, unread: 0 })
  t.same(await counts(tim), { total: 0, conversations: [] })
  await t.rejects(read(ann, 1), NotFoundError)
  t.same(await counts(ann), { total: 0, conversations: [] })
})
