/** Walks through the messenger, as README.md does, by requests and by sockets. */
import t from 'tap'
import { ADMIN_KEY, openTestMessenger, PASSWORD, SEEDED_MESSAGE_KEY } from '../kit/messenger.ts'

interface Result {
  readonly key: string
  readonly item: Readonly<Record<string, unknown>>
  readonly updatable: boolean
  readonly deletable: boolean
}

interface Page {
  readonly results: readonly Result[]
}

const messenger = await openTestMessenger(t)
const { call } = messenger

t.test('what is seeded: an admin, and messages that tell what the application does', async (t) => {
  const { results } = (
    await call('GET /actions/message-search?limit=100&search_order=created_at')
  ).json<Page>()
  t.ok(results.length >= 14)
  t.equal(results[0]?.key, SEEDED_MESSAGE_KEY)
  for (const { item } of results) {
    t.equal(item['author_id'], ADMIN_KEY)
    t.ok(Date.parse(String(item['created_at'])) < Date.now(), 'in the past')
  }
  t.ok(results.some(({ item }) => /\buser/.test(String(item['text']))))
  const admin = (await call(`GET /actions/user/${ADMIN_KEY}`)).json<Result>()
  t.match(admin, { key: ADMIN_KEY, item: { username: 'admin', admin: true } })
  t.equal(await messenger.seed(), 0, 'loading again loads nothing')
})

t.test(
  'without login nothing is written, and who is logged in is the author of what it writes',
  async (t) => {
    const json = { item: { text: 'This is a test message!' } }
    const refused = await call('POST /actions/message', { json })
    t.equal(refused.statusCode, 401)
    t.equal(refused.headers['www-authenticate'], 'Bearer')
    t.match(refused.json(), { type: '/problems/unauthenticated', status: 401 })

    const as = (await messenger.login('admin')).access_token
    const made = await call('POST /actions/message', { as, json })
    t.equal(made.statusCode, 201)
    const { key, item } = made.json<Result>()
    t.equal(made.headers.location, `/actions/message/${key}`)
    t.match(item, { text: 'This is a test message!', author_id: ADMIN_KEY })

    const { key: other } = await messenger.signUp('other')
    for (const author_id of [other, ADMIN_KEY, null]) {
      const sent = { as, json: { item: { text: 'x', author_id } } }
      const told = await call('POST /actions/message', sent)
      t.equal(told.statusCode, 400)
      t.match(told.json(), { errors: [{ pointer: '/item/author_id' }] })
    }
    const moved = await call(`PATCH /actions/message/${key}`, {
      as,
      json: { item: { author_id: other } },
    })
    t.equal(moved.statusCode, 400)
  },
)

t.test(
  'an anonymous socket gets each message as it is created, until it unsubscribes',
  async (t) => {
    const as = (await messenger.login('admin')).access_token
    const client = await messenger.connect()
    const subscribed = await client.ask({ type: 'Subscribe', payload: 'on_create_message' })
    t.match(subscribed, {
      type: 'Subscribed',
      payload: { channel: 'on_create_message', recovered: true },
    })

    const key = await messenger.write('This is a second test message!', as)
    const event = await client.next()
    const { item } = (await call(`GET /actions/message/${key}`)).json<Result>()
    t.match(event, { type: 'Event', channel: 'on_create_message', op: 'create', key })
    t.same(event['payload'], item, 'the event has the item as it is read')

    t.match(await client.ask('nonsense'), { type: 'Error', status: 400, payload: { status: 400 } })
    t.match(await client.ask({ type: 'Subscribe', payload: 'on_create_user' }), {
      type: 'Error',
      status: 404,
    })
    t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' }, 'the socket lives on')

    t.match(await client.ask({ type: 'Unsubscribe', payload: 'on_create_message' }), {
      type: 'Unsubscribed',
      payload: { reason: 'client' },
    })
    const last = await messenger.write('Nobody hears this.', as)
    const listener = await messenger.connect()
    const { cursor } = subscribed['payload'] as { readonly cursor: string }
    listener.send({ type: 'Subscribe', payload: { channel: 'on_create_message', since: cursor } })
    t.match(await listener.next(), { type: 'Subscribed', payload: { recovered: true } })
    t.match([await listener.next(), await listener.next()], [{ key }, { key: last }])
    t.same(client.waiting, [], 'who has unsubscribed got nothing while others did')
  },
)

t.test('another user reads a message, and can neither change nor delete it', async (t) => {
  const { token: as } = await messenger.signUp('reader')
  const admin = (await messenger.login('admin')).access_token
  const path = `/actions/message/${SEEDED_MESSAGE_KEY}`
  const before = (await call(`GET ${path}`, { as: admin })).json<Result>()
  t.match(before, { updatable: true, deletable: true }, 'its author may')
  const read = await call(`GET ${path}`, { as })
  t.match(read.json(), { item: before.item, updatable: false, deletable: false }, 'beforehand')

  const json = { item: { text: 'mine' } }
  const ifMatch = { 'if-match': String(read.headers['etag']) }
  const stale = { 'if-match': '"another"' }
  const preconditions = [
    {},
    { text: { contains: 'Welcome' } },
    { text: { eq: 'it never said this' } },
    { none: true },
    { author: { username: { eq: 'admin' } } },
    { author: { username: { eq: 'reader' } } },
    { author_id: { ne: ADMIN_KEY } },
  ]
  t.equal((await call(`PATCH ${path}`, { as, json })).statusCode, 403)
  t.equal((await call(`DELETE ${path}`, { as })).statusCode, 403)
  for (const headers of [ifMatch, stale, { 'if-match': '*' }]) {
    t.equal((await call(`PATCH ${path}`, { as, json, headers })).statusCode, 403)
    t.equal((await call(`DELETE ${path}`, { as, headers })).statusCode, 403)
  }
  for (const precondition of preconditions) {
    const sent = { as, json: { ...json, precondition } }
    const told = await call(`PATCH ${path}`, sent)
    t.equal(told.statusCode, 403, JSON.stringify(precondition))
  }
  const id = SEEDED_MESSAGE_KEY
  const edits = [
    { create_item: { text: 'mine' } },
    { update_item: { id, text: 'mine' } },
    { update_item: { id, text: 'mine' }, precondition: { text: { contains: 'Welcome' } } },
    { delete_key: id },
    { delete_key: id, precondition: { none: true } },
  ]
  const batch = (await call('PATCH /actions/message-batch', { as, json: { edits } })).json<object>()
  const forbidden = { success: false, code: 'forbidden' }
  t.match(batch, [{ success: true }, forbidden, forbidden, forbidden, forbidden])
  const atomic = await call('PATCH /actions/message-batch', { as, json: { edits, atomic: true } })
  t.match(atomic.json(), [{ success: false }, forbidden])
  t.same((await call(`GET ${path}`, { as: admin })).json(), before, 'it is as it was')
  const { count } = (await call('GET /actions/message-count?text__eq=mine')).json<{
    count: number
  }>()
  t.equal(count, 1, 'and of the batches one create was done')
})

t.test('a user edits itself, an admin edits others, and neither what they may not', async (t) => {
  const tim = await messenger.signUp('tim')
  const ann = await messenger.signUp('ann')
  const admin = (await messenger.login('admin')).access_token
  const edit = async (as: string, key: string, item: object) =>
    (await call(`PATCH /actions/user/${key}`, { as, json: { item } })).statusCode
  const remove = async (as: string, key: string) =>
    (await call(`DELETE /actions/user/${key}`, { as })).statusCode

  t.equal(await edit(tim.token, tim.key, { full_name: ' Tim\t T. ', about: 'A lamp.' }), 200)
  const { item } = (await call(`GET /actions/user/${tim.key}`, { as: tim.token })).json<Result>()
  t.match(item, { full_name: 'Tim T.', about: 'A lamp.', admin: false })
  t.equal(await edit(tim.token, tim.key, { full_name: ' \u2003 ' }), 400, 'a blank name')
  t.equal(await edit(tim.token, tim.key, { admin: true }), 403)
  t.equal(await edit(tim.token, tim.key, { full_name: 'T', admin: true }), 403)
  t.equal(await edit(tim.token, tim.key, { username: 'tom' }), 400, 'a name that never changes')
  t.equal(await edit(tim.token, tim.key, { email_address: 't@x.org' }), 400, 'an action does it')
  t.equal(await edit(tim.token, ann.key, { full_name: 'A' }), 403)
  t.equal(await edit(tim.token, ADMIN_KEY, { admin: false }), 403)
  t.equal(await remove(tim.token, tim.key), 403)
  t.equal(await remove(tim.token, ann.key), 403)

  t.equal(await edit(admin, ADMIN_KEY, { admin: false }), 403, 'an admin never demotes itself')
  t.equal(await edit(admin, ADMIN_KEY, { admin: true }), 403)
  t.equal(await remove(admin, ADMIN_KEY), 403, 'nor deletes itself')
  t.equal(await edit(admin, ADMIN_KEY, { full_name: 'The Admin' }), 200)
  t.equal(await edit(admin, ann.key, { full_name: 'Ann', admin: true }), 200)
  t.equal(await remove(admin, tim.key), 204)
  t.equal((await call(`GET /actions/user/${tim.key}`)).statusCode, 404)

  const promoted = (await messenger.login('ann')).access_token
  t.equal(await remove(promoted, ADMIN_KEY), 409, 'its messages would have no author')
  t.equal(await edit(promoted, ADMIN_KEY, { admin: false }), 200, 'another admin may')
  t.equal(await edit(promoted, ADMIN_KEY, { admin: true }), 200)
})

t.test('nobody makes a user but by signing up', async (t) => {
  const admin = (await messenger.login('admin')).access_token
  const { token } = await messenger.signUp('maker')
  const item = { username: 'eve', full_name: 'Eve' }
  const { count } = (await call('GET /actions/user-count')).json<{ count: number }>()
  for (const as of [undefined, token, admin]) {
    const edits = [{ create_item: item }]
    const single = await call('POST /actions/user', { as, json: { item } })
    t.equal(single.statusCode, 404, 'there is no such operation')
    const batch = await call('PATCH /actions/user-batch', { as, json: { edits } })
    if (as === undefined) t.equal(batch.statusCode, 401)
    else t.match(batch.json(), [{ success: false, code: 'forbidden' }])
  }
  t.same((await call('GET /actions/user-count')).json(), { count })
  for (const extra of [{ admin: true }, { password_digest: 'x' }, { id: ADMIN_KEY }]) {
    const json = { username: 'eve', password: PASSWORD, ...extra }
    t.equal((await call('POST /actions/sign-up', { json })).statusCode, 400)
  }
  t.same((await call('GET /actions/user-count')).json(), { count })
})
