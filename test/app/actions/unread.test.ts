/** Tests unread.ts: over a socket too; what is counted is in messenger.unread.test.ts. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'
import { socketCalls } from '../../kit/socket-calls.ts'
import { talkIn } from '../../kit/talk.ts'

t.test('what is unread is told and read over a socket', async (t) => {
  const messenger = await openTestMessenger(t)
  const talk = talkIn(messenger)
  const [tim, ann] = [await messenger.signUp('tim'), await messenger.signUp('ann')]
  const { key: conversation_id } = await talk.group(tim.token, ann.token)
  await talk.say(conversation_id, tim.token)
  const { call } = socketCalls(await messenger.connect(ann.token))
  const told = await call('unread_counts', {})
  t.match(told.payload, { total: 1, conversations: [{ conversation_id, unread: 1 }] })
  const read = await call('conversation_mark_read', { conversation_id, number: 1 })
  t.match(read, { status: 200, payload: { read_number: 1, unread: 0 } })
  t.match((await call('unread_counts', {})).payload, { total: 0, conversations: [] })
  const nobody = socketCalls(await messenger.connect())
  t.equal((await nobody.call('unread_counts', {})).status, 401)
})
