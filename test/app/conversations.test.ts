/** Tests conversations.ts; by requests and at a time in messenger.conversations.test.ts. */
import t from 'tap'
import { createConversations, type Asking } from '../../app/conversations.ts'
import { ForbiddenError, InvalidError, NotFoundError } from '../../framework/index.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('people come, and go, and what is undone leaves nothing', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person } = domain
  const [tim, ann, eve] = [await person('tim'), await person('ann'), await person('eve')]
  const conversation = await domain.group(tim, ann)
  const conversations = createConversations(domain)
  const as = <T>(me: string, work: (asking: Asking) => Promise<T>): Promise<T> =>
    stores.transactions.transaction((transaction) => work({ me, transaction }))
  const invitation = { conversation, username: 'eve' }
  await t.rejects(
    as(eve, (asking) => conversations.invite(invitation, asking)),
    NotFoundError,
  )
  const failed = as(ann, async (asking) => {
    await conversations.invite(invitation, asking)
    throw new ForbiddenError()
  })
  await t.rejects(failed, ForbiddenError)
  t.equal(await stores.store('conversation_member').count(), 2)
  const key = await as(ann, (asking) => conversations.invite(invitation, asking))
  t.equal(await as(tim, (asking) => conversations.invite(invitation, asking)), key)
  await as(tim, (asking) => conversations.renewCode(conversation, asking))
  const { join_code } = (await stores.store('conversation').readOrThrow(conversation)).item
  await as(tim, (asking) => conversations.removeMember({ conversation, user: eve }, asking))
  await t.rejects(
    as(eve, (asking) => conversations.join(join_code ?? '', asking)),
    NotFoundError,
  )
  await t.rejects(
    as(tim, (asking) => conversations.direct(tim, asking)),
    InvalidError,
  )
  for (const me of [tim, ann]) await as(me, (asking) => conversations.leave(conversation, asking))
  t.equal(await stores.store('conversation_member').count(), 0)
  const left = await stores.store('conversation').readOrThrow(conversation)
  t.match(left.item, { owner_id: null, join_code: null }, 'a job deletes it')
})
