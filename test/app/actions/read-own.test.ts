/** Tests read-own.ts. */
import t from 'tap'
import { readOwn, readOwnBatch } from '../../../app/actions/read-own.ts'
import { all } from '../../../app/resources/all.ts'
import { message } from '../../../app/resources/message.ts'
import { conversationMemberStoreFactory } from '../../../app/stores/conversation-member-store-factory.ts'
import { messageStoreFactory } from '../../../app/stores/message-store-factory.ts'
import { NotFoundError } from '../../../framework/index.ts'
import { callerStores } from '../../../framework/store/caller-stores.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { callerOf, numberedId } from '../../kit/stores.ts'

t.test('what the caller may read is answered, and nothing else', async (t) => {
  const domain = await openTestDomain(t)
  const { stores, person, group } = domain
  const [tim, ann] = [await person('tim'), await person('ann')]
  const conversation_id = await group(tim)
  const { key } = await stores
    .store('message')
    .create({ text: 'x', author_id: tim, conversation_id })
  const peersOf = callerStores({
    registry: all,
    factories: [messageStoreFactory(domain), conversationMemberStoreFactory],
    plain: (name) => stores.store(name as 'message'), // one of those
  })
  await stores.transactions.transaction(async (transaction) => {
    const as = (me: string) => ({ stores: peersOf(callerOf(me)), transaction })
    t.match(await readOwn(message, key, as(tim)), { key, item: { text: 'x' }, updatable: true })
    await t.rejects(readOwn(message, key, as(ann)), NotFoundError)
    t.match(await readOwnBatch(message, [numberedId(9), key], as(tim)), [{ key }])
    t.same(await readOwnBatch(message, [key], as(ann)), [])
    await t.rejects(readOwn(all.resources.session, key, as(tim)), NotFoundError, 'not served')
  })
})
