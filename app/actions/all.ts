/** The messenger's actions, gathered. */
import type { Accounts } from '../accounts.ts'
import type { Conversations } from '../conversations.ts'
import type { DomainStores } from '../domain-stores.ts'
import type { People } from '../people.ts'
import type { SecondFactors } from '../second-factor.ts'
import type { Unread } from '../unread.ts'
import { changePasswordAction } from './change-password.ts'
import { conversationActions } from './conversations.ts'
import { friendshipActions } from './friendships.ts'
import { loginAction } from './login.ts'
import { logoutEverywhereAction } from './logout-everywhere.ts'
import { logoutAction } from './logout.ts'
import { notificationsReadAction } from './notifications-read.ts'
import { refreshAction } from './refresh.ts'
import { searchMessagesAction } from './search-messages.ts'
import { searchPeopleAction } from './search-people.ts'
import { secondFactorBeginAction } from './second-factor-begin.ts'
import { secondFactorConfirmAction } from './second-factor-confirm.ts'
import { secondFactorRemoveAction } from './second-factor-remove.ts'
import { signUpAction } from './sign-up.ts'
import { conversationMarkReadAction, unreadCountsAction } from './unread.ts'

/** What actions around messages need. */
export interface MessageParts {
  readonly stores: Pick<DomainStores, 'queryable'>
  readonly conversations: Conversations
  readonly unread: Unread
}

/** Every action of the messenger. */
export function allActions(
  accounts: Accounts,
  secondFactors: SecondFactors,
  people: People,
  { stores, conversations, unread }: MessageParts,
) {
  return [
    loginAction(accounts),
    signUpAction(accounts),
    refreshAction(accounts),
    logoutAction(accounts),
    logoutEverywhereAction(accounts),
    changePasswordAction(accounts),
    secondFactorBeginAction(secondFactors),
    secondFactorConfirmAction(secondFactors),
    secondFactorRemoveAction(secondFactors),
    ...friendshipActions(people.friendships),
    searchPeopleAction(people.search),
    notificationsReadAction(),
    ...conversationActions(conversations),
    conversationMarkReadAction(unread),
    unreadCountsAction(unread),
    searchMessagesAction(stores),
  ] as const
}
