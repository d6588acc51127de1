/** The messenger's actions, gathered. */
import type { Accounts } from '../accounts.ts'
import { changePasswordAction } from './change-password.ts'
import { confirmAddressAction } from './confirm-address.ts'
import { loginAction } from './login.ts'
import { logoutEverywhereAction } from './logout-everywhere.ts'
import { logoutAction } from './logout.ts'
import { recoverPasswordAction } from './recover-password.ts'
import { refreshAction } from './refresh.ts'
import { resetPasswordAction } from './reset-password.ts'
import { signUpAction } from './sign-up.ts'

/** Every action of the messenger. @param mail undefined where no mail is sent */
export function allActions(accounts: Accounts, mail: Parameters<typeof recoverPasswordAction>[0]) {
  return [
    loginAction(accounts),
    signUpAction(accounts),
    refreshAction(accounts),
    logoutAction(accounts),
    logoutEverywhereAction(accounts),
    changePasswordAction(accounts),
    recoverPasswordAction(mail),
    resetPasswordAction(accounts),
    confirmAddressAction(accounts),
  ] as const
}
