/** Tests message-version-store-factory.ts. */
import t from 'tap'
import { messageVersionStoreFactory } from '../../../app/stores/message-version-store-factory.ts'
import { ANONYMOUS, UnauthenticatedError } from '../../../framework/index.ts'
import { openTestDomain } from '../../kit/domain.ts'
import { callerOf } from '../../kit/stores.ts'

t.test('the author reads what it said, as long as it is a member', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const conversation_id = await group(tim, ann)
  const messages = stores.store('message')
  const own = await messages.create({ text: 'two', author_id: tim, conversation_id })
  const open = await messages.create({ text: 'two', author_id: tim })
  const versions = stores.store('message_version')
  const kept = await versions.create({ message_id: own.key, text: 'one' })
  const public_ = await versions.create({ message_id: open.key, text: 'one' })
  const storeOf = messageVersionStoreFactory.open(versions)
  const reads = async (caller = ANONYMOUS) => {
    const found = await storeOf(caller, { store: () => undefined }).readBatch([
      kept.key,
      public_.key,
    ])
    return found.map((one) => one !== undefined)
  }
  await t.rejects(reads(), UnauthenticatedError)
  t.same(await reads(callerOf(ann, 'admin')), [false, false])
  t.same(await reads(callerOf(tim)), [true, true])
  await stores.store('conversation_member').deleteAll({ kind: 'all' })
  t.same(await reads(callerOf(tim)), [false, true])
})
