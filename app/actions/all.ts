/** The messenger's actions, gathered. */
import type { Accounts } from '../accounts.ts'
import type { People } from '../people.ts'
import type { SecondFactors } from '../second-factor.ts'
import { changePasswordAction } from './change-password.ts'
import { friendshipActions } from './friendships.ts'
import { loginAction } from './login.ts'
import { logoutEverywhereAction } from './logout-everywhere.ts'
import { logoutAction } from './logout.ts'
import { notificationsReadAction } from './notifications-read.ts'
import { refreshAction } from './refresh.ts'
import { searchPeopleAction } from './search-people.ts'
import { secondFactorBeginAction } from './second-factor-begin.ts'
import { secondFactorConfirmAction } from './second-factor-confirm.ts'
import { secondFactorRemoveAction } from './second-factor-remove.ts'
import { signUpAction } from './sign-up.ts'

/** Every action of the messenger. */
export function allActions(accounts: Accounts, secondFactors: SecondFactors, people: People) {
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
  ] as const
}
