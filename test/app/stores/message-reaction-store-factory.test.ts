/** Tests message-reaction-store-factory.ts; by requests in messenger.messages.test.ts. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { messageReactionStoreFactory } from '../../../app/stores/message-reaction-store-factory.ts'
import { messageStoreFactory } from '../../../app/stores/message-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { callerStores } from '../../../framework/store/caller-stores.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { callerOf } from '../../kit/stores.ts'

t.test(
  'members react and read; each takes back its own; nobody reacts to what is deleted',
  async (t) => {
    const domain = await openTestDomain(t)
    const { stores, person, group } = domain
    const [tim, ann, eve] = [await person('tim'), await person('ann'), await person('eve')]
    const conversation_id = await group(tim, ann)
    const messages = stores.store('message')
    const { key: message_id } = await messages.create({
      text: 'x',
      author_id: tim,
      conversation_id,
    })
    const deleted_at = '2026-01-01T00:00:00.000Z'
    const gone = await messages.create({ text: '', author_id: tim, conversation_id, deleted_at })
    const peersOf = callerStores({
      registry: all,
      factories: [messageStoreFactory(domain), messageReactionStoreFactory(stores)],
      plain: (name) => stores.store(name as 'message'), // one of those
    })
    const react = (caller = ANONYMOUS, key = message_id, emoji = '👍') =>
      outcomeOf(
        peersOf(caller).store('message_reaction')?.create({ message_id: key, emoji }) ??
          Promise.resolve(),
      )
    t.equal(await react(), 'unauthenticated')
    t.equal(await react(callerOf(eve, 'admin')), 'invalid')
    t.equal(await react(callerOf(ann), message_id, 'x'), 'invalid')
    t.equal(await react(callerOf(ann), gone.key), 'forbidden')
    t.equal(await react(callerOf(ann)), 'done')
    t.equal(await react(callerOf(ann)), 'conflict')
    const [made] = (await stores.store('message_reaction').search()).results
    t.match(made?.item, { conversation_id, user_id: ann })
    const remove = (me: string) =>
      outcomeOf(
        peersOf(callerOf(me))
          .store('message_reaction')
          ?.delete(made?.key ?? '') ?? Promise.resolve(),
      )
    t.same(
      [await remove(eve), await remove(tim), await remove(ann)],
      ['not_found', 'forbidden', 'done'],
    )
  },
)
