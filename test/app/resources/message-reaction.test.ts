/** Tests message-reaction.ts. */
import t from 'tap'
import { messageReaction } from '../../../app/resources/message-reaction.ts'

t.test('it is one emoji of one user for one message, and never changes', (t) => {
  t.same(messageReaction.key, ['message_id', 'user_id', 'emoji'])
  t.notOk(Object.values(messageReaction.attributes).some(({ updatable }) => updatable))
  t.equal(messageReaction.attributes.conversation_id.createMode, 'never')
  t.end()
})
