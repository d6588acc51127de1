/** Tests conversation-member-store-factory.ts. */
import t from 'tap'
import { conversationMemberStoreFactory } from '../../../app/stores/conversation-member-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { callerOf } from '../../kit/stores.ts'

t.test('members see each other, and each mutes for itself alone', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const [tim, ann, eve] = [await person('tim'), await person('ann'), await person('eve')]
  await group(tim, ann)
  const members = stores.store('conversation_member')
  const key = (await members.search()).results.find(({ item }) => item.user_id === tim)?.key ?? ''
  const open = conversationMemberStoreFactory.open(members)
  for (const [caller, count, update, isMutedSeen] of [
    [ANONYMOUS, 0, 'unauthenticated', false],
    [callerOf(eve, 'admin'), 0, 'not_found', false],
    [callerOf(ann), 2, 'forbidden', false],
    [callerOf(tim), 2, 'done', true],
  ] as const) {
    const store = open(caller, { store: () => undefined })
    const seen = await store.count().catch(() => 0)
    t.equal(seen, count)
    t.equal(await outcomeOf(store.update(key, { muted: true })), update)
    t.equal('muted' in ((await store.read(key).catch(() => undefined))?.item ?? {}), isMutedSeen)
    t.not(await outcomeOf(store.delete(key)), 'done')
    t.not(await outcomeOf(store.create({ conversation_id: key, user_id: eve })), 'done')
  }
})
