/** Tests all.ts. */
import t from 'tap'
import { allActions } from '../../../app/actions/all.ts'
import type { Accounts } from '../../../app/accounts.ts'

t.test('the messenger has these actions', (t) => {
  const nobody = {} as Accounts // none of them runs
  t.same(
    allActions(nobody, undefined).map(({ name }) => name),
    [
      'login',
      'sign_up',
      'refresh',
      'logout',
      'logout_everywhere',
      'change_password',
      'recover_password',
      'reset_password',
      'confirm_address',
    ],
  )
  t.end()
})
