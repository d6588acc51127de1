/** Tests all.ts. */
import t from 'tap'
import { allActions, type MessageParts } from '../../../app/actions/all.ts'
import type { Accounts } from '../../../app/accounts.ts'
import type { People } from '../../../app/people.ts'
import type { SecondFactors } from '../../../app/second-factor.ts'

t.test('the messenger has these actions', (t) => {
  // None of them runs.
  const [nobody, nothing] = [{} as Accounts, {} as SecondFactors]
  const [people, silence] = [{} as People, {} as MessageParts]
  t.same(
    allActions(nobody, nothing, people, silence).map(({ name }) => name),
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
      'direct_conversation',
      'conversation_join',
      'conversation_invite',
      'conversation_leave',
      'conversation_remove_member',
      'conversation_renew_code',
      'conversation_mark_read',
      'unread_counts',
      'search_messages',
    ],
  )
  t.end()
})
