/** Tests erase-rows.ts: batch after batch until none is left, those said to go first, and no others. */
import t from 'tap'
import { ERASE_BATCH, eraseRows } from '../../app/erase-rows.ts'
import { sql } from '../../framework/index.ts'
import { openTestDomain } from '../kit/domain.ts'

t.test('all of them go in batches, the highest first, and no others', async (t) => {
  const { stores, person, group } = await openTestDomain(t)
  const tim = await person('tim')
  const [gone, kept] = [await group(tim), await group(tim)]
  const messages = stores.store('message')
  for (const conversation_id of [gone, kept]) {
    for (let number = 1; number <= ERASE_BATCH / 2 + 1; number += 1) {
      await messages.create({ text: 'Hello', author_id: tim, conversation_id, number })
    }
  }
  const all = sql<boolean>`conversation_id in (${gone}, ${kept}) and author_id = ${tim}`
  const byNumber = { table: 'message', by: 'id', highestFirst: 'number' } as const
  const aborted = AbortSignal.abort()
  await t.rejects(eraseRows(stores, { ...byNumber, where: all }, aborted), { name: 'AbortError' })
  const { results } = await messages.search()
  t.same(results.map(({ item }) => item.number).toSorted(), [1, 1])
  const where = sql<boolean>`conversation_id = ${gone}`
  await eraseRows(stores, { ...byNumber, where }, new AbortController().signal)
  t.match((await messages.search()).results, [{ item: { conversation_id: kept } }])
})

t.test('what one value has goes together, of those that are to go alone', async (t) => {
  const { stores, person } = await openTestDomain(t)
  const [tim, ann] = [await person('tim'), await person('ann')]
  const { key: message_id } = await stores.store('message').create({ text: 'Hi', author_id: tim })
  const reactions = stores.store('message_reaction')
  for (const [user_id, emoji] of [
    [tim, '👍'],
    [tim, '🚀'],
    [ann, '👍'],
  ] as const)
    // prettier-ignore
    await reactions.create({ message_id, user_id, emoji })
  const where = sql<boolean>`user_id = ${tim}`
  const signal = new AbortController().signal
  await eraseRows(stores, { table: 'message_reaction', by: 'message_id', where }, signal)
  t.match((await reactions.search()).results, [{ item: { user_id: ann } }])
})
