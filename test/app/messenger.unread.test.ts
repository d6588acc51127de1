/** What is unread: by requests and events, with many who write and several devices that read at a time. */
import t from 'tap'
import type { Api } from '../../app/api.ts'
import { createClient } from '../../framework/client/client.ts'
import { createGathering } from '../kit/gathering.ts'
import { openTestMessenger, PASSWORD } from '../kit/messenger.ts'
import { talkIn } from '../kit/talk.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const talk = talkIn(messenger)
const [tim, ann, eve] = [
  await messenger.signUp('tim'),
  await messenger.signUp('ann'),
  await messenger.signUp('eve'),
]

interface Counts {
  readonly total: number
  readonly conversations: readonly { conversation_id: string; unread: number; muted: boolean }[]
}
const counts = async (as: string) => (await talk.act('unread_counts', as)).json<Counts>()
const unreadIn = async (key: string, as: string) =>
  (await counts(as)).conversations.find((one) => one.conversation_id === key)?.unread ?? 0
const reads = async (as: string | undefined, conversation_id: string, number: number) =>
  (await talk.act('conversation_mark_read', as, { conversation_id, number })).json<object>()

t.test('what others write is unread until it is read, forward alone', async (t) => {
  const { key } = await talk.group(tim.token, ann.token)
  for (let at = 0; at < 3; at += 1) await talk.say(key, tim.token)
  t.equal(await unreadIn(key, tim.token), 0)
  t.equal(await unreadIn(key, ann.token), 3)
  t.same(await reads(ann.token, key, 2), { read_number: 2, unread: 1 })
  t.same(await reads(ann.token, key, 1), { read_number: 2, unread: 1 }, 'never back')
  t.same(await reads(ann.token, key, 99), { read_number: 3, unread: 0 }, 'never beyond')
  await talk.say(key, tim.token)
  t.equal(await unreadIn(key, ann.token), 1)
  await talk.say(key, ann.token)
  t.equal(await unreadIn(key, ann.token), 0, 'who writes has read')
  t.match(await reads(eve.token, key, 1), { status: 404 })
  t.match(await reads(undefined, key, 1), { status: 401 })
  for (const number of [-1, 1.5, 2 ** 31, '1', null]) {
    t.match(await reads(ann.token, key, number as number), { status: 400 }) // what a stranger may send
  }
})

t.test('the total is without muted conversations', async (t) => {
  const before = (await counts(ann.token)).total
  const [loud, quiet] = [
    await talk.group(tim.token, ann.token),
    await talk.group(tim.token, ann.token),
  ]
  const [member] = await talk.keys(
    `conversation-member-search?conversation_id__eq=${quiet.key}&user_id__eq=${ann.key}`,
    ann.token,
  )
  const json = { item: { muted: true } }
  await call(`PATCH /actions/conversation-member/${member ?? ''}`, { as: ann.token, json })
  await talk.say(loud.key, tim.token)
  await talk.say(quiet.key, tim.token)
  const { total, conversations } = await counts(ann.token)
  t.equal(total, before + 1)
  t.same(conversations.slice(0, 2), [
    { conversation_id: quiet.key, unread: 1, muted: true },
    { conversation_id: loud.key, unread: 1, muted: false },
  ])
  t.equal((await talk.act('unread_counts', undefined)).statusCode, 401)
})

t.test(
  'many write and several devices read at a time: nothing is counted twice or lost',
  async (t) => {
    const { key } = await talk.group(tim.token, ann.token, eve.token)
    const writing = Array.from({ length: 24 }, (_, at) =>
      talk.say(key, at % 2 === 0 ? tim.token : eve.token),
    )
    const reading = Array.from({ length: 24 }, (_, at) => reads(ann.token, key, at))
    await Promise.all([...writing, ...reading])
    const [state] = (await Promise.all([reads(ann.token, key, 0)])) as {
      read_number: number
      unread: number
    }[]
    t.equal((state?.read_number ?? 0) + (state?.unread ?? 0), 24)
    t.same(await reads(ann.token, key, 24), { read_number: 24, unread: 0 })
    t.equal(await unreadIn(key, ann.token), 0)
  },
)

t.test('the list of conversations keeps its order live, and what is unread', async (t) => {
  const url = await messenger.listen({ host: '127.0.0.1', port: 0 })
  const client = createClient<Api>({ url, onError: (error) => void t.error(error) })
  t.teardown(() => client.close())
  await client.login('eve', PASSWORD)
  const [a, b] = [await talk.group(tim.token, eve.token), await talk.group(tim.token, eve.token)]
  const lists = createGathering<readonly { key: string; count: number }[]>()
  const list = client.conversation.live({ order: '-last_message_at', limit: 2 }, (rows) =>
    lists.add(rows.map(({ key, item }) => ({ key, count: item.message_count }))),
  )
  const read = createGathering<readonly [string, number]>()
  const own = client.conversation_member.live({ where: { user_id: { eq: eve.key } } }, (rows) =>
    read.add(...rows.map(({ item }) => [item.conversation_id, item.read_number] as const)),
  )
  t.teardown(() => {
    list.close()
    own.close()
  })
  const shows = (...keys: readonly string[]) =>
    lists.until(
      (all) =>
        all
          .at(-1)
          ?.map(({ key }) => key)
          .join() === keys.join(),
    )
  await talk.say(a.key, tim.token)
  await shows(a.key, b.key)
  await talk.say(b.key, tim.token)
  await shows(b.key, a.key)
  await talk.say(a.key, tim.token)
  await shows(a.key, b.key)
  await lists.until((all) => all.at(-1)?.[0]?.count === 2)
  await client.actions.conversation_mark_read({ conversation_id: a.key, number: 2 })
  await read.until((all) => all.some(([key, number]) => key === a.key && number === 2))
  const c = await talk.group(tim.token)
  await talk.say(c.key, tim.token)
  await talk.act('conversation_join', eve.token, { join_code: c.code })
  await shows(c.key, a.key)
  await talk.act('conversation_leave', eve.token, { conversation_id: c.key })
  await shows(a.key, b.key)
  t.pass('in the right order all the time')
})
