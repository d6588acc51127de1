/** Tests attachment-store-factory.ts: each caller, each operation, each state of an attachment; refusals first. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'
import { attachmentStoreFactory } from '../../../app/stores/attachment-store-factory.ts'
import { ANONYMOUS } from '../../../framework/index.ts'
import { outcomeOf } from '../../kit/chat.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'

test('an attachment is its owner’s, and read as what it is attached to', async (t) => {
  const { store } = await openTestStores(t, all)
  const user = async (username: string) =>
    (await store('user').create({ username, password_digest: 'x' })).key
  const [tim, ann, admin] = [await user('tim'), await user('ann'), await user('admin')]
  const open = attachmentStoreFactory.open(store('attachment'))
  const as = {
    nobody: ANONYMOUS,
    ann: callerOf(ann),
    admin: callerOf(admin, 'admin'),
    tim: callerOf(tim),
  }
  const { key: message_id } = await store('message').create({ text: 'x', author_id: tim })
  const make = async (state: 'loose' | 'attached' | 'shown' | 'hidden') => {
    const isAvatar = state === 'shown' || state === 'hidden'
    const { key } = await store('attachment').create({
      owner_id: tim,
      purpose: isAvatar ? 'avatar' : 'message',
      state: 'ready',
      kind: 'image',
      name: 'a.png',
      media_type: 'image/png',
      byte_count: 1,
      ...(state === 'attached' && { message_id }),
    })
    const avatar_visibility = state === 'hidden' ? 'friends' : 'everyone'
    if (isAvatar) await store('user').update(tim, { avatar_id: key, avatar_visibility })
    return key
  }
  const table = [
    ['nobody', 'read', 'loose', 'not_found'],
    ['ann', 'read', 'loose', 'not_found'],
    ['admin', 'read', 'loose', 'not_found'],
    ['nobody', 'read', 'hidden', 'not_found'],
    ['ann', 'read', 'hidden', 'not_found'],
    ['nobody', 'delete', 'loose', 'unauthenticated'],
    ['ann', 'delete', 'loose', 'not_found'],
    ['ann', 'delete', 'attached', 'forbidden'],
    ['ann', 'delete', 'shown', 'forbidden'],
    ['tim', 'delete', 'attached', 'forbidden'],
    ['tim', 'read', 'loose', 'done'],
    ['nobody', 'read', 'attached', 'done'],
    ['ann', 'read', 'attached', 'done'],
    ['nobody', 'read', 'shown', 'done'],
    ['ann', 'read', 'shown', 'done'],
    ['admin', 'read', 'hidden', 'done'],
    ['tim', 'read', 'hidden', 'done'],
    ['tim', 'delete', 'loose', 'done'],
    ['tim', 'delete', 'shown', 'done'],
  ] as const
  for (const [who, operation, state, expected] of table) {
    const key = await make(state)
    const attachments = open(as[who], { store: () => undefined })
    const outcome = await outcomeOf(
      operation === 'read' ? attachments.readOrThrow(key) : attachments.delete(key),
    )
    t.equal(outcome, expected, `${who} ${operation} ${state}`)
    if (outcome === 'done' && operation === 'delete' && state === 'shown') {
      t.equal((await store('user').readOrThrow(tim)).item.avatar_id, null)
    }
  }
  t.equal(attachmentStoreFactory.outline.operations.create, false, 'made by uploading alone')
  t.equal(attachmentStoreFactory.outline.operations.update, false)
})
