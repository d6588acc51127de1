/** Tests profile-readers.ts: who sees a part of a profile, by what it is shown to and what the two are to each other. */
import t from 'tap'
import { all } from '../../../app/resources/all.ts'
import { FRIENDSHIP_STATES, type FriendshipState } from '../../../app/resources/friendship.ts'
import { isShownTo } from '../../../app/stores/profile-readers.ts'
import { restrictedStoreFactory } from '../../../framework/index.ts'
import { callerOf, openTestStores } from '../../kit/stores.ts'
import { makeUsers } from '../../kit/users.ts'

type Visibility = 'everyone' | 'friends' | 'nobody'

t.test('a part is shown as it is set, and never to who is blocked', async (t) => {
  const { store } = await openTestStores(t, all)
  const { tim, ann } = await makeUsers({ store }, 'tim', 'ann')
  const [users, friendships] = [store('user'), store('friendship')]
  const shown = restrictedStoreFactory(all, 'user', ({ row, me }) => ({
    read: isShownTo(me, row, 'about'),
  })).open(users)
  const sees = async (): Promise<boolean> =>
    (await shown(callerOf(tim), { store: () => undefined }).read(ann)) !== undefined

  // What Tim is to Ann, and what Ann is to Tim.
  const pairs: readonly (readonly [FriendshipState | undefined, FriendshipState | undefined])[] = [
    [undefined, undefined],
    ['asked', 'requested'],
    ['requested', 'asked'],
    ['refused', 'requested'],
    ['requested', 'refused'],
    ['friends', 'friends'],
    ['blocked', undefined],
    ['blocked', 'requested'],
    [undefined, 'blocked'],
  ]
  t.same(new Set(pairs.flat().filter((state) => state !== undefined)), new Set(FRIENDSHIP_STATES))
  for (const [ofAnn, ofTim] of pairs) {
    await friendships.deleteAll({ kind: 'all' })
    if (ofAnn !== undefined) await friendships.create({ user_id: ann, other_id: tim, state: ofAnn })
    if (ofTim !== undefined) await friendships.create({ user_id: tim, other_id: ann, state: ofTim })
    const expected: Readonly<Record<Visibility, boolean>> = {
      everyone: ofAnn !== 'blocked',
      friends: ofAnn === 'friends',
      nobody: false,
    }
    for (const visibility of ['everyone', 'friends', 'nobody'] as const) {
      await users.update(ann, { about_visibility: visibility })
      const title = `${visibility}: to Ann Tim is ${String(ofAnn)}, to Tim Ann is ${String(ofTim)}`
      t.equal(await sees(), expected[visibility], title)
    }
  }
})
