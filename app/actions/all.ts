/** The messenger's actions, gathered. */
import type { Accounts } from '../accounts.ts'
import { changePasswordAction } from './change-password.ts'
import { loginAction } from './login.ts'
import { logoutEverywhereAction } from './logout-everywhere.ts'
import { logoutAction } from './logout.ts'
import { refreshAction } from './refresh.ts'
import { signUpAction } from './sign-up.ts'

/** Every action of the messenger. */
export function allActions(accounts: Accounts) {
  return [
    loginAction(accounts),
    signUpAction(accounts),
    refreshAction(accounts),
    logoutAction(accounts),
    logoutEverywhereAction(accounts),
    changePasswordAction(accounts),
  ] as const
}
