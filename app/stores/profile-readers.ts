/** To whom users show the parts of their profiles, by what they have said of each. */
import type { RuleExpression, RuleWords } from '../../framework/index.ts'
import type { all } from '../resources/all.ts'

type Words = RuleWords<(typeof all)['resources'], 'user'>

/** Which part of a profile. */
export type ProfilePart = 'full_name' | 'email_address' | 'about' | 'avatar'

/** Whoever the user lets read a part of its profile: nobody whom it has blocked. Itself and admins are not asked about here. */
export function isShownTo(me: Words['me'], user: Words['row'], part: ProfilePart): RuleExpression {
  const visibility = user[`${part}_visibility`]
  const isFriend = user.friendship.some(({ user_id, state }) =>
    user_id.eq(me.id).and(state.eq('friends')),
  )
  const isBlocked = user.friendships.some(({ other_id, state }) =>
    other_id.eq(me.id).and(state.eq('blocked')),
  )
  const isShown = visibility.eq('everyone').or(visibility.eq('friends').and(isFriend))
  return isShown.and(isBlocked.not())
}
