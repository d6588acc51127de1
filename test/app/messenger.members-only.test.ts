/** That members alone know of a conversation, by whatever way: strangers and former members of nothing in it; also of what happens. */
import t, { type Test } from 'tap'
import { openTestMessenger, type Person } from '../kit/messenger.ts'
import type { Frame, SocketClient } from '../kit/socket-client.ts'
import { socketCalls } from '../kit/socket-calls.ts'
import { frameUntil, talkIn, type Group, type Told } from '../kit/talk.ts'

const CANARY = 'canary'
const messenger = await openTestMessenger(t)
const { call } = messenger
const talk = talkIn(messenger)
const tim = await messenger.signUp('tim')
const ann = await messenger.signUp('ann')
const admin = (await messenger.login('admin')).access_token
let people = 0

/** A group of tim and ann with everything in it that there can be. */
interface Filled extends Group {
  readonly message: string
  readonly version: string
  readonly reaction: string
  readonly member: string
}

async function filledGroup(...joining: readonly string[]): Promise<Filled> {
  const group = await talk.group(tim.token, ann.token, ...joining)
  const { key } = group
  const item = { title: CANARY }
  await call(`PATCH /actions/conversation/${key}`, { as: tim.token, json: { item } })
  const { key: message } = await talk.say(key, tim.token, { text: `${CANARY} one` })
  const text = { text: `${CANARY} two` }
  await call(`PATCH /actions/message/${message}`, { as: tim.token, json: { item: text } })
  const reacted = { message_id: message, emoji: '🐤' }
  await call('POST /actions/message-reaction', { as: ann.token, json: { item: reacted } })
  const first = async (query: string) => (await talk.keys(query, tim.token))[0] ?? ''
  return {
    ...group,
    message,
    version: await first(`message/${message}/versions`),
    reaction: await first(`message/${message}/reactions`),
    member: await first(
      `conversation-member-search?conversation_id__eq=${key}&user_id__eq=${tim.key}`,
    ),
  }
}

/** Everything that a search over links may lead to. */
const INCLUDES = [
  'message-search?include=conversation,conversation.members,versions,reactions,reply_to&limit=100&search_order=-created_at',
  'user-search?include=authored_messages,authored_messages.conversation,authored_message_count',
  `user/${tim.key}/authored-messages?search_order=-created_at&limit=100`,
  'conversation-search?include=members,members.user,messages,owner&limit=100',
  'conversation-member-search?include=conversation,user,invited_by&limit=100',
  'message-version-search?include=message&limit=100',
  'message-reaction-search?include=message,user,conversation&limit=100',
  'message-search?query=canary&limit=100',
  'message-search?text__contains=canary',
]

/** What somebody is told who knows every key. */
async function seesNothing(t: Test, group: Filled, as: string | undefined): Promise<void> {
  const { key, message, version, reaction, member } = group
  for (const path of [
    `conversation/${key}`,
    `message/${message}`,
    `message-version/${version}`,
    `message-reaction/${reaction}`,
    `conversation-member/${member}`,
    ...['owner', 'members', 'messages'].map((link) => `conversation/${key}/${link}`),
    ...['author', 'conversation', 'versions', 'reactions', 'reply-to'].map(
      (link) => `message/${message}/${link}`,
    ),
  ]) {
    const { statusCode } = await call(`GET /actions/${path}`, { as })
    t.ok(statusCode === 404 || (as === undefined && statusCode === 401), `${path} ${statusCode}`)
  }
  for (const [name, held] of [
    ['conversation', key],
    ['message', message],
    ['message-version', version],
    ['message-reaction', reaction],
    ['conversation-member', member],
  ] as const) {
    const { statusCode, body } = await call(`GET /actions/${name}-batch?keys=${held}`, { as })
    t.ok(body === '[null]' || (as === undefined && statusCode === 401), `${name} ${body}`)
  }
  for (const query of INCLUDES) {
    const { body } = await call(`GET /actions/${query}`, { as })
    for (const secret of [key, message, CANARY, '🐤', group.code]) {
      t.notOk(body.includes(secret), `${query} tells ${secret}`)
    }
  }
  const none = { count: 0 }
  for (const query of [
    `message-count?conversation_id__eq=${key}`,
    `message-count?filter=${JSON.stringify({ conversation: { id: { eq: key } } })}`,
    `message-count?filter=${JSON.stringify({ reactions: { emoji: { eq: '🐤' } } })}`,
    `user-count?filter=${JSON.stringify({ authored_messages: { text: { contains: CANARY } } })}`,
    `conversation-count?id__eq=${key}`,
    `conversation-member-count?conversation_id__eq=${key}`,
  ]) {
    const { statusCode, body } = await call(`GET /actions/${encodeURI(query)}`, { as })
    if (statusCode === 200) t.same(JSON.parse(body), none, query)
    else t.equal(statusCode, as === undefined ? 401 : 200, query)
  }
  const found = await talk.act('search_messages', as, { query: CANARY })
  t.notOk(found.body.includes(message))
  for (const [name, input, status] of [
    ['conversation_mark_read', { conversation_id: key, number: 1 }, 404],
    ['conversation_leave', { conversation_id: key }, 404],
    ['conversation_renew_code', { conversation_id: key }, 404],
    ['conversation_remove_member', { conversation_id: key, user_id: tim.key }, 404],
    ['conversation_invite', { conversation_id: key, username: 'ann' }, 404],
  ] as const) {
    const { statusCode } = await talk.act(name, as, input)
    t.equal(statusCode, as === undefined ? 401 : status, name)
  }
  for (const [line, item, status] of [
    [`PATCH /actions/message/${message}`, { text: 'x' }, 404],
    [`PATCH /actions/conversation/${key}`, { title: 'x' }, 404],
    [`PATCH /actions/conversation-member/${member}`, { muted: true }, 404],
    [`DELETE /actions/message/${message}`, undefined, 404],
    [`DELETE /actions/message-reaction/${reaction}`, undefined, 404],
    ['POST /actions/message', { text: 'x', conversation_id: key }, 400],
    ['POST /actions/message', { text: 'x', reply_to_id: message }, 400],
    ['POST /actions/message-reaction', { message_id: message, emoji: '👍' }, 400],
  ] as const) {
    const { statusCode } = await call(line, { as, ...(item && { json: { item } }) })
    // What is wrong comes before who is nobody.
    t.ok(statusCode === status || (as === undefined && statusCode === 401), `${line} ${statusCode}`)
  }
  const client = await messenger.connect(as)
  const { call: ask } = socketCalls(client)
  for (const [name, input] of [
    ['conversation_read', { key }],
    ['message_read', { key: message }],
    ['conversation_members_search', { key }],
    ['conversation_leave', { conversation_id: key }],
  ] as const) {
    const { status } = await ask(name, input)
    t.ok(status === 404 || (as === undefined && status === 401), `${name} ${status}`)
  }
  client.socket.terminate()
  for (const channel of [`conversation:${key}`, `message:${message}`]) {
    const watching = await messenger.connect(as)
    const payload = { channel, meta: {} }
    t.match(await watching.ask({ type: 'Track', id: 1, payload }), {
      type: 'Error',
      status: as === undefined ? 401 : 404,
    })
    watching.socket.terminate()
  }
}

t.test('a stranger sees nothing, by no way; nor does an admin, nor nobody', async (t) => {
  const group = await filledGroup()
  const eve = await messenger.signUp('eve')
  await seesNothing(t, group, eve.token)
  await seesNothing(t, group, admin)
  await seesNothing(t, group, undefined)
})

t.test('who has left, or was put out, is a stranger', async (t) => {
  const eve = await messenger.signUp('leaver')
  const group = await filledGroup(eve.token)
  const { key: conversation_id } = group
  const own = await talk.say(conversation_id, eve.token, { text: CANARY })
  t.equal((await talk.act('conversation_leave', eve.token, { conversation_id })).statusCode, 204)
  await seesNothing(t, { ...group, message: own.key }, eve.token)
  await seesNothing(t, group, eve.token)
  const { code: old } = group
  t.equal((await talk.act('conversation_join', eve.token, { join_code: old })).statusCode, 200)
  await talk.act('conversation_remove_member', tim.token, { conversation_id, user_id: eve.key })
  await seesNothing(t, group, eve.token)
})

const CHANNELS = ['on_create_message', 'message', 'conversation', 'conversation_member', 'message_version', 'message_reaction'] as const // prettier-ignore

/** Subscribed to everything. */
async function listener({ token }: Person): Promise<SocketClient> {
  await messenger.caughtUp()
  const client = await messenger.connect(token)
  for (const [id, channel] of CHANNELS.entries()) {
    t.match(await client.ask({ type: 'Subscribe', id, payload: { channel } }), {
      type: 'Subscribed',
    })
  }
  return client
}

/** Everything that comes on all channels up to a mark in the public room, without marks. */
async function untilMark(client: SocketClient): Promise<readonly Frame[]> {
  const key = await messenger.write('A mark.', ann.token)
  const frames: Frame[] = []
  const mark = await frameUntil(client, (frame) => frames.push(frame) > 0 && frame['key'] === key)
  const position = positionOf(mark)
  // Each channel goes at its own pace.
  for (let reached = -1; reached < position;) {
    client.send({ type: 'Ping' })
    const pong = await frameUntil(
      client,
      (frame) => frame['type'] === 'Pong' || frames.push(frame) < 0,
    )
    reached = positionOf(pong['payload'] as Frame)
    // Asking without a pause would leave the server no time to go on.
    if (reached < position) await messenger.caughtUp()
  }
  return frames.filter(({ payload }) => !isMark((payload as Frame | undefined)?.['text']))
}

function isMark(text: unknown): boolean {
  return String(text).startsWith('A mark')
}

function positionOf({ cursor }: Frame): number {
  return Number(String(cursor).split('-')[1])
}

/** Something happens on every channel. */
async function stir({ key }: Group): Promise<readonly string[]> {
  const { key: message } = await talk.say(key, tim.token, { text: CANARY })
  await call(`PATCH /actions/message/${message}`, { as: tim.token, json: { item: { text: `${CANARY} 2` } } }) // prettier-ignore
  const json = { item: { message_id: message, emoji: '🐤' } }
  const reaction = (await call('POST /actions/message-reaction', { as: ann.token, json })).json<{ key: string }>() // prettier-ignore
  await call(`DELETE /actions/message/${message}`, { as: tim.token })
  return [message, reaction.key]
}

t.test('members hear what happens, and a stranger does not', async (t) => {
  const eve = await messenger.signUp('listener')
  const group = await talk.group(tim.token, ann.token)
  const [member, stranger] = [await listener(ann), await listener(eve)]
  const [message, reaction] = await stir(group)
  const heard = JSON.stringify(await untilMark(member))
  for (const one of [message, reaction, CANARY, '🐤', group.key])
    t.ok(heard.includes(one ?? ''), one ?? '')
  t.notMatch(heard, /"Event","id":4/, 'earlier texts are their author’s')
  t.same(await untilMark(stranger), [])
})

t.test('who leaves hears nothing from that moment on', async (t) => {
  const eve = await messenger.signUp(`leaver${String(++people)}`)
  const group = await talk.group(tim.token, ann.token, eve.token)
  const filter = { conversation_id: { eq: group.key } }
  const client = await listener(eve)
  await client.ask({ type: 'Subscribe', id: 'own', payload: { channel: 'message', filter } })
  await client.ask({ type: 'Track', id: 'room', payload: { channel: `conversation:${group.key}` } })
  // In one breath: what is committed behind the leaving is not told.
  const leaving = talk.act('conversation_leave', eve.token, { conversation_id: group.key })
  const writing = Array.from({ length: 10 }, (_, at) =>
    talk.say(group.key, tim.token, { text: `${CANARY} ${String(at)}` }),
  )
  t.equal((await leaving).statusCode, 204)
  await Promise.all(writing)
  const frames = [...(await untilMark(client))]
  const ended = new Set(frames.filter(({ type }) => type === 'Unsubscribed').map(({ id }) => id))
  while (!ended.has('own') || !ended.has('room')) {
    const frame = await client.next()
    frames.push(frame)
    if (frame['type'] === 'Unsubscribed') {
      t.match(frame, { payload: { reason: 'forbidden' } })
      ended.add(frame['id'])
    }
  }
  const end = frames.findIndex(({ type, id }) => type === 'Unsubscribed' && id === 'own')
  const heard = frames.slice(end).filter(({ id }) => id === 'own')
  t.equal(heard.length, 1, 'after its end nothing comes')
  await stir(group)
  const after = JSON.stringify(await untilMark(client))
  t.notOk(after.includes(CANARY), after)
  t.notOk(after.includes(group.key))
})

t.test('who joins is told, and hears from that moment on', async (t) => {
  const eve = await messenger.signUp(`joiner${String(++people)}`)
  const group = await talk.group(tim.token, ann.token)
  await talk.say(group.key, tim.token)
  const client = await listener(eve)
  await talk.act('conversation_invite', tim.token, {
    conversation_id: group.key,
    username: `joiner${String(people)}`,
  })
  const told = new Set<unknown>()
  while (told.size < CHANNELS.length) {
    const { type, channel } = await client.next()
    if (type === 'Resync') told.add(channel)
  }
  t.same([...told].toSorted(), CHANNELS.toSorted(), 'each view has to be read anew')
  const [message] = await stir(group)
  const event = await frameUntil(client, ({ channel }) => channel === 'on_create_message')
  t.match(event, { op: 'create', key: message, payload: { conversation_id: group.key, number: 2 } })
  const payload = { channel: `conversation:${group.key}`, meta: { typing: true }, ttl: 5 }
  client.send({ type: 'Track', id: 'typing', payload })
  const present = await frameUntil(client, ({ id }) => id === 'typing')
  t.match(present, { type: 'Presence', payload: { state: [{ subject: eve.key }] } })
})

t.test('a socket that brings its caller into a conversation hears of it by that', async (t) => {
  const eve = await messenger.signUp(`caller${String(++people)}`)
  const sockets = await Promise.all(
    [tim, eve].map(async ({ token }) => {
      const client = await messenger.connect()
      await client.ask({ type: 'Authenticate', payload: { token } })
      return client
    }),
  )
  const [owner, joiner] = sockets as [SocketClient, SocketClient]
  const subscribed = { type: 'Subscribed', payload: { channel: 'on_create_message' } }
  const into = async (client: SocketClient, action: string, input: object) => {
    const payload = { action, input }
    const { payload: told } = await client.ask({ type: 'Call', id: action, payload })
    t.match(await client.next(), subscribed, action)
    return told as Told
  }
  const { key, item } = await into(owner, 'conversation_create', { item: { title: 'Attic' } })
  await into(joiner, 'conversation_join', { join_code: item['join_code'] })
  const input = { item: { text: 'Who is there?', conversation_id: key } }
  owner.send({ type: 'Call', id: 1, payload: { action: 'message_create', input } })
  for (const client of sockets) {
    const event = await frameUntil(client, ({ type }) => type === 'Event')
    t.match(event, { channel: 'on_create_message', payload: { ...input.item, number: 1 } })
  }
  const other = await messenger.connect()
  await other.ask({ type: 'Authenticate', payload: { token: eve.token } })
  await into(other, 'direct_conversation', { user_id: tim.key })
})

t.test('who comes back by a cursor gets nothing of what it may not see any more', async (t) => {
  const eve = await messenger.signUp(`back${String(++people)}`)
  const group = await talk.group(tim.token, ann.token, eve.token)
  await messenger.caughtUp()
  const first = await messenger.connect(eve.token)
  const { payload } = await first.ask({ type: 'Subscribe', payload: 'on_create_message' })
  const { cursor } = payload as { readonly cursor: string }
  first.socket.terminate()
  await talk.say(group.key, tim.token, { text: CANARY })
  await talk.act('conversation_remove_member', tim.token, {
    conversation_id: group.key,
    user_id: eve.key,
  })
  await messenger.caughtUp()
  const second = await messenger.connect(eve.token)
  const since = { channel: 'on_create_message', since: cursor }
  t.match(await second.ask({ type: 'Subscribe', id: 1, payload: since }), { type: 'Subscribed' })
  const key = await messenger.write('A mark.', ann.token)
  const frames: Frame[] = []
  await frameUntil(second, (frame) => frames.push(frame) > 0 && frame['key'] === key)
  t.notOk(JSON.stringify(frames).includes(CANARY), JSON.stringify(frames))
})
