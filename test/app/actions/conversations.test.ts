/** Tests conversations.ts: limits and documents; what the actions do is in messenger.conversations.test.ts. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'
import { talkIn } from '../../kit/talk.ts'

const messenger = await openTestMessenger(t, { areLimitsKept: true })
const talk = talkIn(messenger)

t.test('a code can’t be found by trying', async (t) => {
  const { token } = await messenger.signUp('tim')
  const statuses: number[] = []
  for (let at = 0; at < 21; at += 1) {
    const join_code = String(at).padStart(22, 'x')
    statuses.push((await talk.act('conversation_join', token, { join_code })).statusCode)
  }
  t.same(statuses, [...Array.from({ length: 20 }, () => 404), 429])
})

t.test('nobody invites without end', async (t) => {
  const { token } = await messenger.signUp('ann')
  const { key: conversation_id } = await talk.group(token)
  const statuses = new Map<number, number>()
  for (let at = 0; at < 61; at += 1) {
    const input = { conversation_id, username: 'tim' }
    const { statusCode } = await talk.act('conversation_invite', token, input)
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  }
  t.same([...statuses], [[200, 60], [429, 1]]) // prettier-ignore
})

t.test('they have to be asked as they are documented', async (t) => {
  const { token } = await messenger.signUp('eve')
  for (const [name, input] of [
    ['direct_conversation', {}],
    ['direct_conversation', { user_id: 'x' }],
    ['conversation_invite', { conversation_id: 'x', username: 'tim' }],
    ['conversation_leave', { conversation_id: null }],
    ['conversation_remove_member', { conversation_id: 'x', user_id: 'x', more: 1 }],
    ['conversation_renew_code', []],
  ] as const) {
    t.equal((await talk.act(name, token, input)).statusCode, 400, name)
  }
})
