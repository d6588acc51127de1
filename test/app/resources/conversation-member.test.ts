/** Tests conversation-member.ts. */
import t from 'tap'
import { conversationMember } from '../../../app/resources/conversation-member.ts'

t.test('one changes nothing but whether it is muted', (t) => {
  const updatable = Object.entries(conversationMember.attributes)
    .filter(([, attribute]) => attribute.updatable)
    .map(([name]) => name)
  t.same(updatable, ['muted'])
  t.same(conversationMember.key, ['conversation_id', 'user_id'])
  t.end()
})
