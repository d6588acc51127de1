/** Streams, by the contract of stores and as a caller. */

import t from 'tap'
import { ForbiddenError } from '../../../framework/errors.ts'
import { ALL } from '../../../framework/filter/filter.ts'
import { testStreams } from '../../contracts/store-batches.ts'
import { IDS, openChat } from '../../kit/chat.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('streams', (t) => testStreams(t, (t) => openTestStores(t, samples)))

t.test('a caller changes the rows that it may, and passes over the rest', async (t) => {
  const chat = await openChat(t)
  t.equal(await chat.as('ann', 'post').updateAll(ALL, { reply_to_id: IDS.annPost }), 2)
  t.equal(await chat.as('bob', 'post').deleteAll(ALL), 2)
  t.equal(await chat.store('post').count(), 2)
  await t.rejects(chat.as('ann', 'person').deleteAll(ALL), ForbiddenError, 'whom no rule helps')
})
