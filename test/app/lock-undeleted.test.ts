/** Tests lock-undeleted.ts; what it is for in messenger.notifications.test.ts. */
import t from 'tap'
import { lockUndeleted } from '../../app/lock-undeleted.ts'
import { SERVER_URL } from '../kit/database.ts'
import { openTestDomain } from '../kit/domain.ts'
import { numberedId } from '../kit/stores.ts'

t.test('a message is there, or deleted, or was never', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const messages = stores.store('message')
  const author_id = await person('tim')
  const { key } = await messages.create({ text: 'Hello', author_id })
  const isThere = (message: string) =>
    stores.transactions.transaction((transaction) => lockUndeleted(stores, message, transaction))
  t.equal(await isThere(key), true)
  t.equal(await isThere(numberedId(77)), false)
  await messages.update(key, { deleted_at: '2026-01-01T00:00:00.000Z' })
  t.equal(await isThere(key), false)
})

t.test(
  'who deletes it comes later',
  { skip: SERVER_URL === undefined && 'PGlite does one thing at a time' },
  async (t) => {
    const { stores, person, untilWaiting } = await openTestDomain(t)
    const messages = stores.store('message')
    const { key } = await messages.create({ text: 'Hello', author_id: await person('tim') })
    const order: string[] = []
    const [isLocked, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const telling = stores.transactions.transaction(async (transaction) => {
      await lockUndeleted(stores, key, transaction)
      isLocked.resolve()
      await mayEnd.promise
      order.push('told')
    })
    await isLocked.promise
    const deletion = messages.delete(key).then(() => order.push('deleted'))
    await untilWaiting(1)
    mayEnd.resolve()
    await Promise.all([telling, deletion])
    t.same(order, ['told', 'deleted'])
  },
)
