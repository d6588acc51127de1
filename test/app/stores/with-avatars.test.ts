/** Tests with-avatars.ts: a person is shown by an image of its own that was uploaded for that. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { withAvatars } from '../../../app/stores/with-avatars.ts'
import { openStoreFactory } from '../../../framework/index.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'

t.test('only an own image that was uploaded as an avatar becomes one', async (t) => {
  const { store } = await openTestStores(t, all)
  const user = async (username: string) =>
    (await store('user').create({ username, password_digest: 'x' })).key
  const [tim, ann] = [await user('tim'), await user('ann')]
  const factory = withAvatars(openStoreFactory(all.resources.user), store('attachment'))
  const users = factory.open(store('user'))(callerOf(tim), { store: () => undefined })
  const file = async (changed: object = {}) => {
    const made = await store('attachment').create({
      owner_id: tim,
      purpose: 'avatar',
      state: 'ready',
      kind: 'image',
      name: 'a.png',
      media_type: 'image/png',
      byte_count: 1,
      ...changed,
    })
    return made.key
  }
  const bad = {
    'another’s': await file({ owner_id: ann }),
    'not whole': await file({ state: 'uploading' }),
    refused: await file({ state: 'refused' }),
    'for a message': await file({ purpose: 'message' }),
    'no image': await file({ kind: 'video' }),
    'that is not there': '00000000-0000-7000-8000-000000000000',
    'no key': 'x',
  }
  for (const [name, avatar_id] of Object.entries(bad)) {
    const refused = users.update(tim, { avatar_id })
    await t.rejects(refused, { code: 'invalid', faults: [{ pointer: '/item/avatar_id' }] }, name)
  }
  const first = await file()
  t.equal((await users.update(tim, { avatar_id: first })).item.avatar_id, first)
  const second = await file()
  t.equal((await users.update(tim, { avatar_id: second })).item.avatar_id, second)
  t.equal((await users.update(tim, { avatar_id: null })).item.avatar_id, null)
  t.equal((await users.update(tim, { about: 'me' })).item.about, 'me')
  await users.update(tim, { avatar_id: second })
  await store('user').delete(tim)
  t.equal(await store('attachment').count(), 1, 'what is a person’s goes with it')
})
