/** Tests all.ts. */
import { test } from 'tap'
import { all } from '../../../app/resources/all.ts'

test('every resource is gathered, users first, since the others point at them', (t) => {
  t.same(all.list.map(({ name }) => name).toSorted(), [
    'attachment',
    'availability',
    'conversation',
    'conversation_member',
    'data_export',
    'email_confirmation',
    'friendship',
    'message',
    'message_reaction',
    'message_version',
    'notification',
    'password_recovery',
    'second_factor',
    'security_event',
    'session',
    'user',
  ])
  t.equal(all.list[0]?.name, 'user')
  t.equal(all.targetOf(all.resources.message.links.author).name, 'user')
  t.end()
})
