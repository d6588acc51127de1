/** The messenger's actions, gathered. */
import type { Accounts } from '../accounts.ts'
import type { SecondFactors } from '../second-factor.ts'
import { changeEmailAddressAction } from './change-email-address.ts'
import { changePasswordAction } from './change-password.ts'
import { confirmAddressAction } from './confirm-address.ts'
import { loginAction } from './login.ts'
import { logoutEverywhereAction } from './logout-everywhere.ts'
import { logoutAction } from './logout.ts'
import { recoverPasswordAction } from './recover-password.ts'
import { refreshAction } from './refresh.ts'
import { resetPasswordAction } from './reset-password.ts'
import { secondFactorBeginAction } from './second-factor-begin.ts'
import { secondFactorConfirmAction } from './second-factor-confirm.ts'
import { secondFactorRemoveAction } from './second-factor-remove.ts'
import { secondFactorRevokeAction } from './second-factor-revoke.ts'
import { signUpAction } from './sign-up.ts'

/** What the actions are made from. */
export interface ActionParts {
  readonly accounts: Accounts
  readonly secondFactors: SecondFactors
  /** Undefined where no mail is sent. */
  readonly mailRecovery?: Parameters<typeof recoverPasswordAction>[0]
  /** Undefined where no mail is sent. */
  readonly mailPassword?: Parameters<typeof signUpAction>[1]
}

/** Every action of the messenger, and by themselves those whose limits the OAuth form shares. */
export function allActions({ accounts, secondFactors, mailRecovery, mailPassword }: ActionParts) {
  const login = loginAction(accounts)
  const refresh = refreshAction(accounts)
  const actions = [
    login,
    signUpAction(accounts, mailPassword),
    refresh,
    logoutAction(accounts),
    logoutEverywhereAction(accounts),
    changePasswordAction(accounts),
    changeEmailAddressAction(accounts),
    recoverPasswordAction(mailRecovery),
    resetPasswordAction(accounts),
    confirmAddressAction(accounts),
    secondFactorBeginAction(secondFactors),
    secondFactorConfirmAction(secondFactors),
    secondFactorRemoveAction(secondFactors),
    secondFactorRevokeAction(secondFactors),
  ] as const
  return { actions, login, refresh }
}
