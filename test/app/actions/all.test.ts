/** Tests all.ts. */
import t from 'tap'
import { allActions } from '../../../app/actions/all.ts'

t.test('the messenger has these actions', (t) => {
  const nothing = {} as never // none of them runs
  const { actions } = allActions({
    accounts: nothing,
    secondFactors: nothing,
    people: nothing,
    stores: nothing,
    conversations: nothing,
    unread: nothing,
    exports: nothing,
    makeExport: nothing,
    now: Date.now,
  })
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
      'export_data',
      'delete_account',
    ],
  )
  t.end()
})
