/** Who may see whether a person is there: whom it lets. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** Admins are like everybody here. Whoever is blocked by the person sees nothing of it. */
export const availabilityStoreFactory = restrictedStoreFactory(
  all,
  'availability',
  ({ row, me }) => {
    const isFor = (visibility: 'everyone' | 'friends') =>
      row.user.some((user) => user.presence_visibility.eq(visibility))
    const isFriend = row.friendship.some(({ user_id, state }) =>
      user_id.eq(me.id).and(state.eq('friends')),
    )
    const isBlocked = row.friendships.some(({ other_id, state }) =>
      other_id.eq(me.id).and(state.eq('blocked')),
    )
    const isShown = isFor('everyone').or(isFor('friends').and(isFriend)).and(isBlocked.not())
    const isSelf = row.user_id.eq(me.id)
    return {
      read: isSelf.or(me.authenticated.and(isShown)),
      // Whoever else came in would take the room that it needs.
      presence: { appear: isSelf },
    }
  },
)
