/** Tests all.ts. */
import t from 'tap'
import { allActions } from '../../../app/actions/all.ts'
import type { Accounts } from '../../../app/accounts.ts'
import type { SecondFactors } from '../../../app/second-factor.ts'

t.test('the messenger has these actions', (t) => {
  const [nobody, nothing] = [{} as Accounts, {} as SecondFactors] // none of them runs
  const { actions } = allActions({ accounts: nobody, secondFactors: nothing })
  t.same(
    actions.map(({ name }) => name),
    [
      'login',
      'sign_up',
      'refresh',
      'logout',
      'logout_everywhere',
      'change_password',
      'change_email_address',
      'recover_password',
      'reset_password',
      'confirm_address',
      'second_factor_begin',
      'second_factor_confirm',
      'second_factor_remove',
      'second_factor_revoke',
    ],
  )
  t.end()
})
