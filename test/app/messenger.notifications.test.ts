/** Notifications from outside: told at once to the one whom they are for, who reads, marks and deletes them. */
import t from 'tap'
import { openTestMessenger } from '../kit/messenger.ts'
import { talkIn } from '../kit/talk.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const talk = talkIn(messenger)
const [tim, ann, eve] = [
  await messenger.signUp('tim'),
  await messenger.signUp('ann'),
  await messenger.signUp('eve'),
]

interface Notice {
  readonly key: string
  readonly item: { readonly kind: string; readonly is_read: boolean }
}

async function listOf(as: string, query = ''): Promise<readonly Notice[]> {
  const line = `GET /actions/notification-search?search_order=-created_at${query}`
  return (await call(line, { as })).json<{ results: readonly Notice[] }>().results
}

t.test(
  'a request is told to the one who is asked, on its sockets, and to nobody else',
  async (t) => {
    await messenger.caughtUp()
    const sockets = await Promise.all(
      [ann, eve, tim].map(async ({ token }) => {
        const client = await messenger.connect(token)
        await client.ask({ type: 'Subscribe', payload: 'on_notification' })
        return client
      }),
    )
    const [toAnn, toEve, toTim] = sockets
    await call('POST /actions/friend-request', { as: tim.token, json: { user_id: ann.key } })
    const payload = { user_id: ann.key, actor_id: tim.key, kind: 'friend_request', is_read: false }
    t.match(await toAnn?.next(), { type: 'Event', channel: 'on_notification', payload })
    await call('POST /actions/friend-accept', { as: ann.token, json: { user_id: tim.key } })
    t.match(await toTim?.next(), { payload: { kind: 'friend_accepted', actor_id: ann.key } })
    await messenger.caughtUp()
    t.same(toEve?.waiting, [])
    t.same(toAnn?.waiting, [])
    t.same(await listOf(ann.token), [], 'what is answered is told no more')
  },
)

t.test(
  'its reader sees who it was, marks it and deletes it; nothing else of it changes',
  async (t) => {
    await talk.act('friend_request', eve.token, { user_id: ann.key })
    const [notice] = await listOf(ann.token, '&include=actor,message')
    t.match(notice, { item: { kind: 'friend_request', actor: { username: 'eve' }, message: null } })
    const path = `/actions/notification/${notice?.key ?? ''}`
    for (const as of [tim.token, eve.token, (await messenger.login('admin')).access_token]) {
      t.equal((await call(`GET ${path}`, { as })).statusCode, 404)
      const json = { item: { is_read: true } }
      t.equal((await call(`PATCH ${path}`, { as, json })).statusCode, 404)
      t.equal((await call(`DELETE ${path}`, { as })).statusCode, 404)
    }
    const forged = { item: { kind: 'mention' } }
    t.equal((await call(`PATCH ${path}`, { as: ann.token, json: forged })).statusCode, 400)
    const json = { item: { is_read: true } }
    t.equal((await call(`PATCH ${path}`, { as: ann.token, json })).statusCode, 200)
    t.same(await listOf(ann.token, '&is_read__eq=false'), [])
    t.equal((await call(`DELETE ${path}`, { as: ann.token })).statusCode, 204)
    t.same(await listOf(ann.token), [])
    await talk.act('friend_withdraw', eve.token, { user_id: ann.key })
  },
)

t.test('messages, mentions and invitations are told, until they are read', async (t) => {
  await messenger.caughtUp()
  const toEve = await messenger.connect(eve.token)
  await toEve.ask({ type: 'Subscribe', payload: 'on_notification' })
  const { key } = await talk.group(tim.token)
  const invitation = { conversation_id: key, username: 'eve' }
  await talk.act('conversation_invite', tim.token, invitation)
  const about = { user_id: eve.key, actor_id: tim.key, conversation_id: key, is_read: false }
  t.match(await toEve.next(), { payload: { ...about, kind: 'invitation', message_id: null } })
  const { key: message_id } = await talk.say(key, tim.token)
  t.match(await toEve.next(), { payload: { ...about, kind: 'message', message_id } })
  await talk.say(key, tim.token)
  await talk.say(key, tim.token, { text: 'Are you there, @eve?' })
  t.match(await toEve.next(), { payload: { ...about, kind: 'mention' } }, 'of the second she knows')
  await talk.act('conversation_mark_read', eve.token, { conversation_id: key, number: 2 })
  const kinds = async () =>
    (await listOf(eve.token, '&is_read__eq=false')).map(({ item }) => item.kind)
  t.same(await kinds(), ['mention', 'invitation'])
  await talk.act('conversation_mark_read', eve.token, { conversation_id: key, number: 3 })
  t.same(await kinds(), ['invitation'])
  t.same(await listOf(tim.token, `&conversation_id__eq=${key}`), [])
  await talk.act('conversation_leave', eve.token, { conversation_id: key })
  t.same(await listOf(eve.token), [], 'who leaves can read none of it')
  await talk.act('conversation_invite', tim.token, invitation)
  t.match(await listOf(eve.token), [{ item: { kind: 'invitation' } }])
  const removal = { conversation_id: key, user_id: eve.key }
  await talk.act('conversation_remove_member', tim.token, removal)
  t.same(await listOf(eve.token), [], 'nor can who is put out')
  await talk.act('conversation_invite', tim.token, invitation)
  await talk.act('conversation_leave', tim.token, { conversation_id: key })
  t.match(await listOf(eve.token), [{ item: { kind: 'invitation' } }], 'who stays keeps its own')
  await talk.act('conversation_leave', eve.token, { conversation_id: key })
})

t.test('of what is deleted nothing is told any more', async (t) => {
  const { key } = await talk.group(tim.token, eve.token)
  await messenger.caughtUp()
  const toEve = await messenger.connect(eve.token)
  await toEve.ask({ type: 'Subscribe', payload: 'on_notification' })
  const { key: message_id } = await talk.say(key, tim.token, { text: 'Look, @eve' })
  t.match(await toEve.next(), { payload: { kind: 'mention', message_id } })
  const removed = await call(`DELETE /actions/message/${message_id}`, { as: tim.token })
  t.equal(removed.statusCode, 204)
  t.same(await listOf(eve.token, `&message_id__eq=${message_id}`), [])
})

t.test('who has blocked somebody is not invited by it, nor written to', async (t) => {
  const direct = await talk.direct(tim.token, eve.key)
  await talk.act('person_block', eve.token, { user_id: tim.key })
  const { key } = await talk.group(tim.token)
  const invitation = { conversation_id: key, username: 'eve' }
  t.equal((await talk.act('conversation_invite', tim.token, invitation)).statusCode, 403)
  t.equal(await talk.direct(tim.token, eve.key), direct, 'what was said is there')
  await t.rejects(talk.say(direct, tim.token), /403/)
  await talk.act('person_unblock', eve.token, { user_id: tim.key })
  await talk.say(direct, tim.token)
  await talk.act('person_block', tim.token, { user_id: eve.key })
  await t.rejects(talk.say(direct, eve.token), /403/)
  t.equal((await talk.act('conversation_invite', tim.token, invitation)).statusCode, 403)
  await talk.act('person_unblock', tim.token, { user_id: eve.key })
  t.equal((await talk.act('conversation_invite', tim.token, invitation)).statusCode, 200)
})

t.test('who leaves takes along what was told of it', async (t) => {
  await call('POST /actions/friend-request', { as: eve.token, json: { user_id: ann.key } })
  t.equal((await listOf(ann.token)).length, 1)
  const admin = (await messenger.login('admin')).access_token
  t.equal((await call(`DELETE /actions/user/${eve.key}`, { as: admin })).statusCode, 204)
  t.same(await listOf(ann.token), [])
  const friendships = await call('GET /actions/friendship-count', { as: ann.token })
  t.match(friendships.json(), { count: 1 }, 'that with tim')
})
