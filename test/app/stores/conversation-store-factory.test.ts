/** Tests conversation-store-factory.ts; by requests in messenger.conversations.test.ts. */
import t from 'tap'
import { conversationStoreFactory } from '../../../app/stores/conversation-store-factory.ts'
import { ANONYMOUS, type CreateInput } from '../../../framework/index.ts'
import type { conversation } from '../../../app/resources/conversation.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { callerOf } from '../../kit/stores.ts'

t.test('members read, the owner names, nobody deletes; whoever makes one is in it', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann, eve] = [await person('tim'), await person('ann'), await person('eve')]
  const key = await group(tim, ann)
  const open = conversationStoreFactory(domain).open(stores.store('conversation'))
  const as = (caller = ANONYMOUS) => open(caller, { store: () => undefined })
  for (const [caller, read, update, create] of [
    [undefined, 'unauthenticated', 'unauthenticated', 'unauthenticated'],
    [callerOf(eve), 'not_found', 'not_found', 'done'],
    [callerOf(eve, 'admin'), 'not_found', 'not_found', 'done'],
    [callerOf(ann), 'done', 'forbidden', 'done'],
    [callerOf(tim), 'done', 'done', 'done'],
  ] as const) {
    t.equal(await outcomeOf(as(caller).readOrThrow(key)), read)
    t.equal(await outcomeOf(as(caller).update(key, { title: 'x' })), update)
    t.not(await outcomeOf(as(caller).delete(key)), 'done')
    const item = { title: 'y' } as CreateInput<typeof conversation>
    t.equal(await outcomeOf(as(caller).create(item)), create)
  }
  const made = await as(callerOf(eve)).create({ title: ' y ' })
  t.match(made.item, { title: 'y', kind: 'group', owner_id: eve })
  const { results } = await stores.store('conversation_member').search()
  t.ok(results.some(({ item }) => item.conversation_id === made.key && item.user_id === eve))
})
