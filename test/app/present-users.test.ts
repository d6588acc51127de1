/** Tests present-users.ts; what others see of deleted accounts is in messenger.erase.test.ts. */
import t from 'tap'
import { createConversations } from '../../app/conversations.ts'
import { createFriendships } from '../../app/friendships.ts'
import { lockCaller, lockPresent } from '../../app/present-users.ts'
import {
  ForbiddenError,
  InvalidError,
  NotFoundError,
  UnauthenticatedError,
} from '../../framework/index.ts'
import { SERVER_URL } from '../kit/database.ts'
import { openTestDomain } from '../kit/domain.ts'
import { numberedId } from '../kit/stores.ts'

/** As deleting an account does it. */
const GONE = { username: 'nobody', deleted_at: '2026-11-20T12:00:00.000Z' }

t.test('who is deleted is not there, and has no account any more', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  await stores.store('user').update(ann, GONE)
  await stores.transactions.transaction(async (within) => {
    const present = await lockPresent(stores, [ann, numberedId(99), tim], within)
    t.same([...present], [tim])
    await lockCaller(stores, tim, within)
    await t.rejects(lockCaller(stores, ann, within), UnauthenticatedError)
  })
})

t.test(
  'a deletion that is under way is waited for, by whatever would refer to the user',
  { skip: SERVER_URL === undefined && 'DATABASE_URL is not set' },
  async (t) => {
    const domain = await openTestDomain(t)
    const { stores, person, notifier } = domain
    const [tim, ann] = [await person('tim'), await person('ann')]
    const conversation = await domain.group(tim)
    const conversations = createConversations(domain)
    const friendships = createFriendships({ stores, notifier, onBlocked: () => Promise.resolve() })
    const { transaction } = stores.transactions
    const [gone, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const deletion = transaction(async (within) => {
      await stores.store('user').update(ann, GONE, { transaction: within })
      gone.resolve()
      await committing.promise
    })
    await gone.promise
    const asking = [
      transaction((within) =>
        conversations.invite({ conversation, username: 'ann' }, { me: tim, transaction: within }),
      ),
      transaction((within) => conversations.direct(ann, { me: tim, transaction: within })),
      transaction((within) => friendships.take('request', { me: tim, other: ann }, within)),
      transaction((within) => conversations.direct(tim, { me: ann, transaction: within })),
    ]
    const settled = Promise.allSettled(asking)
    await domain.untilWaiting(asking.length)
    committing.resolve()
    await deletion
    t.match(await settled, [
      { reason: InvalidError },
      { reason: InvalidError },
      { reason: NotFoundError },
      { reason: UnauthenticatedError },
    ])
    t.equal(await stores.store('conversation').count(), 1)
    t.equal(await stores.store('conversation_member').count(), 1)
    t.equal(await stores.store('friendship').count(), 0)
  },
)

t.test(
  'who blocks somebody is not brought into a group by it at the same moment',
  { skip: SERVER_URL === undefined && 'DATABASE_URL is not set' },
  async (t) => {
    const domain = await openTestDomain(t)
    const { stores, person, notifier } = domain
    const [tim, ann] = [await person('tim'), await person('ann')]
    const conversation = await domain.group(tim)
    const conversations = createConversations(domain)
    const [blocked, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const friendships = createFriendships({
      stores,
      notifier,
      async onBlocked() {
        blocked.resolve()
        await committing.promise
      },
    })
    const { transaction } = stores.transactions
    const blocking = transaction((within) =>
      friendships.take('block', { me: ann, other: tim }, within),
    )
    await blocked.promise
    const invitation = { conversation, username: 'ann' }
    const inviting = transaction((within) =>
      conversations.invite(invitation, { me: tim, transaction: within }),
    )
    const refused = t.rejects(inviting, ForbiddenError)
    await domain.untilWaiting(1)
    committing.resolve()
    await blocking
    await refused
    t.equal(await stores.store('conversation_member').count(), 1)
  },
)
