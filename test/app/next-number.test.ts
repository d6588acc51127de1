/** Tests next-number.ts; many at a time are in messenger.messages.test.ts. */
import t from 'tap'
import { nextNumber } from '../../app/next-number.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('numbers count up where the author may write, and nowhere else', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const conversation = await group(tim)
  const next = (place: unknown, author: string | undefined, time = '2030-01-01T00:00:00.000Z') =>
    stores.transactions.transaction((transaction) =>
      nextNumber(stores.queryable(transaction), { conversation: place, author, time }),
    )
  t.same([await next(conversation, tim), await next(conversation, tim)], [1, 2])
  for (const place of [ann, 'x', 5, null, `${conversation}'`]) {
    t.equal(await next(place, tim), undefined, String(place))
  }
  t.equal(await next(conversation, ann), undefined)
  t.equal(await next(conversation, undefined), undefined)
  t.equal(await next(conversation, tim, '2000-01-01T00:00:00.000Z'), 3)
  t.match((await stores.store('conversation').readOrThrow(conversation)).item, {
    message_count: 3,
    last_message_at: '2030-01-01T00:00:00.000Z',
  })
  const [member] = (await stores.store('conversation_member').search()).results
  t.equal(member?.item.read_number, 3)
})
