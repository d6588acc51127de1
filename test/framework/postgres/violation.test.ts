/** What callers are told of broken constraints. */

import t from 'tap'
import { ConflictError, ForbiddenError, type ResourceError } from '../../../framework/errors.ts'
import { constraintOf } from '../../../framework/postgres/postgres-error.ts'
import { CALLERS, IDS, openChat, outcomeOf } from '../../kit/chat.ts'
import { callerOf, numberedId } from '../../kit/stores.ts'

const chat = await openChat(t)
t.beforeEach(() => chat.reset())

t.test('a taken value is told by the attributes that the caller may read', async (t) => {
  const conflict = async (promise: Promise<unknown>) => {
    const error = (await t.rejects(promise, ConflictError)) as ResourceError
    t.ok(constraintOf(error), 'the cause is kept')
    return error.message
  }
  const ann = chat.as('ann', 'person')
  t.equal(
    await conflict(ann.update(IDS.ann, { name: 'bob' })),
    'Another item has such a value already: name.',
  )
  const silent = 'Another item has such a value already.'
  t.equal(await conflict(ann.update(IDS.ann, { email: 'bob@x' })), silent)
  const plain = chat.store('person')
  t.equal(await conflict(plain.update(IDS.bob, { digest: 'secret of ann' })), silent)
  t.equal(
    await conflict(plain.create({ id: IDS.ann, name: 'new' })),
    'Another item has such a value already: id.',
  )
  const again = { room_id: IDS.room, text: 'hello' }
  t.equal(
    await conflict(chat.as('bob', 'post').create(again as never)),
    'Another item has such a value already: room_id, text.',
  )
})

t.test('a delete that others block tells nothing of them', async (t) => {
  const error = (await t.rejects(
    chat.as('admin', 'person').delete(IDS.ann),
    ConflictError,
  )) as ResourceError
  t.notMatch(error.message, /post|room|ann|author/)
})

t.test('a caller whose own row is gone may not do what would point at it', async (t) => {
  const ghost = chat.as(callerOf(numberedId(77)), 'room')
  await t.rejects(ghost.create({ title: 'mine' } as never), ForbiddenError)
  t.equal(await outcomeOf(chat.as(CALLERS.cyd, 'room').create({ title: 'mine' } as never)), 'done')
})
