/** Tests search-messages.ts: its limits; what is found is in messenger.messages.test.ts. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'
import { talkIn } from '../../kit/talk.ts'

t.test('searches are as documented, and not without end', async (t) => {
  const messenger = await openTestMessenger(t, { areLimitsKept: true })
  const { act } = talkIn(messenger)
  const { token } = await messenger.signUp('tim')
  for (const input of [
    {},
    { query: '' },
    { query: 'x'.repeat(201) },
    { query: 'x', limit: 51 },
    { query: 'x', page: 0 },
    { query: 'x', page: 101 },
    { query: 'x', conversation_id: 'x' },
    { query: 5 },
    { query: '-without' },
  ]) {
    t.equal((await act('search_messages', token, input)).statusCode, 400, JSON.stringify(input))
  }
  const statuses = new Set<number>()
  for (let at = 0; at < 70; at += 1) {
    statuses.add((await act('search_messages', token, { query: 'nothing' })).statusCode)
  }
  t.same([...statuses], [200, 429])
})
