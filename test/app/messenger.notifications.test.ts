/** Notifications from outside: told at once to the one whom they are for, who reads, marks and deletes them. */
import t from 'tap'
import { openTestMessenger } from '../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
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
  },
)

t.test(
  'its reader sees who it was, marks it and deletes it; nothing else of it changes',
  async (t) => {
    const [notice] = await listOf(ann.token, '&include=actor,message')
    t.match(notice, { item: { kind: 'friend_request', actor: { username: 'tim' }, message: null } })
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
  },
)

t.test('who leaves takes along what was told of it', async (t) => {
  await call('POST /actions/friend-request', { as: eve.token, json: { user_id: ann.key } })
  t.equal((await listOf(ann.token)).length, 1)
  const admin = (await messenger.login('admin')).access_token
  t.equal((await call(`DELETE /actions/user/${eve.key}`, { as: admin })).statusCode, 204)
  t.same(await listOf(ann.token), [])
  const friendships = await call('GET /actions/friendship-count', { as: ann.token })
  t.match(friendships.json(), { count: 1 }, 'that with tim')
})
