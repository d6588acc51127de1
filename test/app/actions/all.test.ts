/** Tests all.ts. */
import t from 'tap'
import { allActions } from '../../../app/actions/all.ts'
import type { Accounts } from '../../../app/accounts.ts'
import type { People } from '../../../app/people.ts'
import type { SecondFactors } from '../../../app/second-factor.ts'

t.test('the messenger has these actions', (t) => {
  const [nobody, nothing, people] = [{} as Accounts, {} as SecondFactors, {} as People] // none of them runs
  t.same(
    allActions(nobody, nothing, people).map(({ name }) => name),
    [
      'login',
      'sign_up',
      'refresh',
      'logout',
      'logout_everywhere',
      'change_password',
      'second_factor_begin',
      'second_factor_confirm',
      'second_factor_remove',
      'friend_request',
      'friend_accept',
      'friend_refuse',
      'friend_withdraw',
      'friend_remove',
      'person_block',
      'person_unblock',
      'search_people',
      'notifications_read',
    ],
  )
  t.end()
})
