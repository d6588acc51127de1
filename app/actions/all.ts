/** The messenger's actions, gathered. */
import type { Accounts } from '../accounts.ts'
import type { Conversations } from '../conversations.ts'
import type { DomainStores } from '../domain-stores.ts'
import type { People } from '../people.ts'
import type { SecondFactors } from '../second-factor.ts'
import type { Unread } from '../unread.ts'
import { changeEmailAddressAction } from './change-email-address.ts'
import { changePasswordAction } from './change-password.ts'
import { confirmAddressAction } from './confirm-address.ts'
import { conversationActions } from './conversations.ts'
import { deleteAccountAction } from './delete-account.ts'
import { exportDataAction, type ExportDataParts } from './export-data.ts'
import { friendshipActions } from './friendships.ts'
import { loginAction } from './login.ts'
import { logoutEverywhereAction } from './logout-everywhere.ts'
import { logoutAction } from './logout.ts'
import { notificationsReadAction } from './notifications-read.ts'
import { recoverPasswordAction } from './recover-password.ts'
import { refreshAction } from './refresh.ts'
import { resetPasswordAction } from './reset-password.ts'
import { searchMessagesAction } from './search-messages.ts'
import { searchPeopleAction } from './search-people.ts'
import { secondFactorBeginAction } from './second-factor-begin.ts'
import { secondFactorConfirmAction } from './second-factor-confirm.ts'
import { secondFactorRemoveAction } from './second-factor-remove.ts'
import { secondFactorRevokeAction } from './second-factor-revoke.ts'
import { signUpAction } from './sign-up.ts'
import { conversationMarkReadAction, unreadCountsAction } from './unread.ts'

/** What the actions are made from. */
export interface ActionParts extends ExportDataParts {
  readonly accounts: Accounts
  readonly secondFactors: SecondFactors
  readonly people: People
  readonly stores: Pick<DomainStores, 'transactions' | 'queryable'>
  readonly conversations: Conversations
  readonly unread: Unread
  /** Undefined where no mail is sent. */
  readonly mailRecovery?: Parameters<typeof recoverPasswordAction>[0]
  /** Undefined where no mail is sent. */
  readonly mailPassword?: Parameters<typeof signUpAction>[1]
}

/** Every action of the messenger, and by themselves those whose limits the OAuth form shares. */
export function allActions(parts: ActionParts) {
  const { accounts, secondFactors, people, stores, conversations, unread } = parts
  const login = loginAction(accounts)
  const refresh = refreshAction(accounts)
  const actions = [
    login,
    signUpAction(accounts, parts.mailPassword),
    refresh,
    logoutAction(accounts),
    logoutEverywhereAction(accounts),
    changePasswordAction(accounts),
    changeEmailAddressAction(accounts),
    recoverPasswordAction(parts.mailRecovery),
    resetPasswordAction(accounts),
    confirmAddressAction(accounts),
    secondFactorBeginAction(secondFactors),
    secondFactorConfirmAction(secondFactors),
    secondFactorRemoveAction(secondFactors),
    secondFactorRevokeAction(secondFactors),
    ...friendshipActions(people.friendships),
    searchPeopleAction(people.search),
    notificationsReadAction(stores),
    ...conversationActions(conversations),
    conversationMarkReadAction(unread),
    unreadCountsAction(unread),
    searchMessagesAction(stores),
    exportDataAction(parts),
    deleteAccountAction(accounts),
  ] as const
  return { actions, login, refresh }
}
