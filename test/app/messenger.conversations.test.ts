/** Who comes into conversations and goes, by requests; also when many do it at a time. */
import t from 'tap'
import { MOST_MEMBERS } from '../../app/conversations.ts'
import { createSetDirectWritable } from '../../app/direct-writable.ts'
import { openTestMessenger } from '../kit/messenger.ts'
import { talkIn, type Told } from '../kit/talk.ts'

const messenger = await openTestMessenger(t)
const { call, stores } = messenger
const talk = talkIn(messenger)
const [tim, ann, eve] = [
  await messenger.signUp('tim'),
  await messenger.signUp('ann'),
  await messenger.signUp('eve'),
]
const admin = (await messenger.login('admin')).access_token
const ABSENT = '01980000-0000-7000-8000-000000000000'
const read = async (key: string, as: string) => call(`GET /actions/conversation/${key}`, { as })
const members = async (key: string, as: string) =>
  (await call(`GET /actions/conversation/${key}/members?search_order=user_id`, { as })).json<{
    results: readonly Told[]
  }>().results

t.test('whoever makes a group owns it, and is in it', async (t) => {
  const json = { item: { title: '  Garden \u0041\u030a ' } }
  const made = (await call('POST /actions/conversation', { as: tim.token, json })).json<Told>()
  t.match(made, {
    item: { kind: 'group', title: 'Garden Å', owner_id: tim.key, message_count: 0 },
    updatable: true,
    deletable: false,
  })
  t.match(made.item['join_code'], /^[\w-]{22}$/)
  t.notOk('direct_key' in made.item)
  t.match(await members(made.key, tim.token), [
    { item: { user_id: tim.key, read_number: 0, can_write: true, muted: false } },
  ])
  for (const item of [
    { title: '' },
    { title: ' ' },
    { title: 'x'.repeat(101) },
    { title: 5 },
    { title: 'a\u202eb' },
    { kind: 'direct' },
    { owner_id: ann.key },
    { join_code: 'x'.repeat(22) },
    { direct_key: 'x' },
    { message_count: 5 },
    { last_message_at: '2026-01-01T00:00:00.000Z' },
  ]) {
    const refused = await call('POST /actions/conversation', { as: tim.token, json: { item } })
    t.equal(refused.statusCode, 400, JSON.stringify(item))
  }
  const nobody = await call('POST /actions/conversation', { json: { item: {} } })
  t.equal(nobody.statusCode, 401)
  const nameless = await call('POST /actions/conversation', { as: tim.token, json: { item: {} } })
  t.match(nameless.json(), { item: { title: null } })
})

t.test('the owner alone gives it another title, and nobody deletes it', async (t) => {
  const { key } = await talk.group(tim.token, ann.token)
  const name = async (as: string | undefined, title: string) =>
    (await call(`PATCH /actions/conversation/${key}`, { as, json: { item: { title } } })).statusCode
  t.same(
    [await name(undefined, 'x'), await name(ann.token, 'x'), await name(eve.token, 'x')],
    [401, 403, 404],
  )
  t.equal(await name(admin, 'x'), 404, 'not even an admin knows of it')
  t.equal(await name(tim.token, 'Attic'), 200)
  for (const as of [tim.token, ann.token, eve.token]) {
    t.equal((await call(`DELETE /actions/conversation/${key}`, { as })).statusCode, 405)
  }
})

t.test('two people have one conversation, whoever begins, also at the same moment', async (t) => {
  const asking = Array.from({ length: 8 }, (_, at) =>
    at % 2 === 0 ? talk.direct(tim.token, ann.key) : talk.direct(ann.token, tim.key),
  )
  const keys = new Set(await Promise.all(asking))
  t.equal(keys.size, 1)
  const [key = ''] = keys
  t.equal(await talk.direct(ann.token, tim.key), key)
  const told = (await read(key, tim.token)).json<Told>()
  t.match(told.item, { kind: 'direct', title: null, owner_id: null, join_code: null })
  t.notOk('direct_key' in told.item)
  t.equal((await members(key, ann.token)).length, 2)
  t.equal((await read(key, eve.token)).statusCode, 404)
  for (const user_id of [tim.key, ABSENT]) {
    const refused = await talk.act('direct_conversation', tim.token, { user_id })
    t.match(refused.json(), { status: 400, errors: [{ pointer: '/user_id' }] })
  }
  t.equal((await talk.act('direct_conversation', undefined, { user_id: tim.key })).statusCode, 401)
  const conversation_id = key
  const invited = await talk.act('conversation_invite', tim.token, { conversation_id, username: 'eve' }) // prettier-ignore
  t.equal(invited.statusCode, 403)
  t.equal((await talk.act('conversation_leave', tim.token, { conversation_id })).statusCode, 409)
  t.equal(
    (await talk.act('conversation_renew_code', tim.token, { conversation_id })).statusCode,
    403,
  )
  const named = await call(`PATCH /actions/conversation/${key}`, { as: tim.token, json: { item: { title: 'x' } } }) // prettier-ignore
  t.equal(named.statusCode, 403)
})

t.test('who has the code joins, once however often', async (t) => {
  const { key, code } = await talk.group(tim.token)
  await talk.say(key, tim.token)
  await talk.say(key, tim.token)
  t.equal((await talk.act('conversation_join', undefined, { join_code: code })).statusCode, 401)
  const joined = await talk.act('conversation_join', ann.token, { join_code: code })
  t.match(joined.json(), { key, item: { message_count: 2 }, updatable: false })
  const before = await members(key, ann.token)
  t.match(before.find(({ item }) => item['user_id'] === ann.key)?.item, { read_number: 2 })
  const again = ['', '', ''].map(() =>
    talk.act('conversation_join', ann.token, { join_code: code }),
  )
  for (const { statusCode } of await Promise.all(again)) t.equal(statusCode, 200)
  t.same(await members(key, ann.token), before)
  const at = Array.from({ length: 5 }, () => talk.act('conversation_join', eve.token, { join_code: code })) // prettier-ignore
  for (const { statusCode } of await Promise.all(at)) t.equal(statusCode, 200)
  t.equal((await members(key, ann.token)).length, 3)
  for (const [join_code, status] of [
    ['x'.repeat(22), 404],
    [code.toLowerCase() === code ? 'y'.repeat(22) : code.toLowerCase(), 404],
    ['x', 400],
    ['%'.repeat(22), 400],
  ] as const) {
    t.equal((await talk.act('conversation_join', eve.token, { join_code })).statusCode, status)
  }
})

t.test('a conversation that is full takes nobody else', async (t) => {
  const { key: conversation_id, code } = await talk.group(tim.token, ann.token)
  await stores.transactions.transaction(async (transaction) => {
    const clone = (text: string) =>
      stores.queryable(transaction).query({ text, values: [String(MOST_MEMBERS - 2)] })
    await clone(`insert into "user" select (jsonb_populate_record(u, jsonb_build_object(
      'id', gen_random_uuid(), 'username', 'clone' || n, 'email_address', null))).*
      from "user" u, generate_series(1, $1::int) n where username = 'tim'`)
    await clone(`insert into conversation_member
      select (jsonb_populate_record(m, jsonb_build_object('user_id', u.id))).*
      from conversation_member m, (select id from "user" where username like 'clone%' limit $1::int) u
      where m.conversation_id = '${conversation_id}' and m.user_id = '${tim.key}'`)
  })
  const refused = await talk.act('conversation_join', eve.token, { join_code: code })
  t.match(refused.json(), { status: 409, detail: /full/ })
  const again = await talk.act('conversation_join', ann.token, { join_code: code })
  t.equal(again.statusCode, 200, 'who is in it stays')
  await talk.act('conversation_leave', ann.token, { conversation_id })
  t.equal((await talk.act('conversation_join', eve.token, { join_code: code })).statusCode, 200)
})

t.test('each member brings others in, by their names', async (t) => {
  const { key: conversation_id } = await talk.group(tim.token, ann.token)
  const invite = (as: string, username: string) =>
    talk.act('conversation_invite', as, { conversation_id, username })
  t.equal((await invite(eve.token, 'eve')).statusCode, 404, 'but no stranger itself')
  const refused = await invite(ann.token, 'nobody')
  t.match(refused.json(), { status: 400, errors: [{ pointer: '/username' }] })
  const invited = (await invite(ann.token, 'eve')).json<Told>()
  t.match(invited.item, { user_id: eve.key, invited_by_id: ann.key, conversation_id })
  t.match((await invite(tim.token, 'eve')).json(), { key: invited.key, item: { invited_by_id: ann.key } }) // prettier-ignore
  t.equal((await read(conversation_id, eve.token)).statusCode, 200)
})

t.test('what an owner who leaves had goes to the longest member, and in the end all', async (t) => {
  const { key: conversation_id, code } = await talk.group(tim.token, ann.token, eve.token)
  const { key: message } = await talk.say(conversation_id, tim.token)
  const leave = async (as: string) =>
    (await talk.act('conversation_leave', as, { conversation_id })).statusCode
  t.equal(await leave(admin), 404)
  t.equal(await leave(tim.token), 204)
  t.equal(await leave(tim.token), 404, 'it is gone for who has left')
  t.equal((await read(conversation_id, tim.token)).statusCode, 404)
  t.equal((await call(`DELETE /actions/message/${message}`, { as: tim.token })).statusCode, 404)
  t.match((await read(conversation_id, eve.token)).json(), { item: { owner_id: ann.key } })
  t.equal(await leave(ann.token), 204)
  t.match((await read(conversation_id, eve.token)).json(), { item: { owner_id: eve.key } })
  t.equal(await leave(eve.token), 204)
  t.equal((await read(conversation_id, eve.token)).statusCode, 404)
  t.equal((await talk.act('conversation_join', tim.token, { join_code: code })).statusCode, 404)
  // By a job.
  while ((await stores.store('conversation').read(conversation_id)) !== undefined)
    await new Promise(setImmediate)
  t.equal(await stores.store('message').read(message), undefined)
})

t.test('the owner puts somebody out, who has no code any more', async (t) => {
  const { key: conversation_id, code } = await talk.group(tim.token, ann.token, eve.token)
  const remove = (as: string, user_id: string) =>
    talk.act('conversation_remove_member', as, { conversation_id, user_id })
  t.equal((await remove(ann.token, eve.key)).statusCode, 403)
  t.equal((await remove(admin, eve.key)).statusCode, 404)
  for (const user of [tim.key, ABSENT]) {
    t.match((await remove(tim.token, user)).json(), { status: 400, errors: [{ pointer: '/user_id' }] }) // prettier-ignore
  }
  t.equal((await remove(tim.token, eve.key)).statusCode, 204)
  t.equal((await read(conversation_id, eve.token)).statusCode, 404)
  t.equal((await talk.act('conversation_join', eve.token, { join_code: code })).statusCode, 404)
  const renew = (as: string) => talk.act('conversation_renew_code', as, { conversation_id })
  t.equal((await renew(ann.token)).statusCode, 403)
  t.equal((await renew(eve.token)).statusCode, 404)
  const { item } = (await renew(tim.token)).json<Told>()
  t.match(item['join_code'], /^[\w-]{22}$/)
  const joined = await talk.act('conversation_join', eve.token, { join_code: item['join_code'] })
  t.equal(joined.statusCode, 200)
})

t.test('people who all leave, join and write at a time leave nothing half done', async (t) => {
  for (let round = 0; round < 3; round += 1) {
    const { key: conversation_id, code } = await talk.group(tim.token, ann.token)
    const answers = await Promise.all([
      talk.act('conversation_leave', tim.token, { conversation_id }),
      talk.act('conversation_leave', ann.token, { conversation_id }),
      talk.act('conversation_join', eve.token, { join_code: code }),
      ...[tim, ann, eve].map(({ token: as }) =>
        call('POST /actions/message', { as, json: { item: { text: 'x', conversation_id } } }),
      ),
    ])
    for (const { statusCode } of answers) {
      t.ok([200, 201, 204, 400, 403, 404].includes(statusCode), String(statusCode))
    }
    const left = await stores.store('conversation').read(conversation_id)
    const joined = answers[2].statusCode === 200
    t.equal(left?.item.owner_id ?? null, joined ? eve.key : null)
  }
})

t.test('each member mutes for itself, and sees of others only that they are there', async (t) => {
  const { key } = await talk.group(tim.token, ann.token)
  const all = await members(key, tim.token)
  const own = all.find(({ item }) => item['user_id'] === tim.key)
  const other = all.find(({ item }) => item['user_id'] === ann.key)
  t.equal(own?.item['muted'], false)
  t.notOk('muted' in (other?.item ?? {}))
  const mute = async (row: Told | undefined, as: string, item: object = { muted: true }) =>
    (await call(`PATCH /actions/conversation-member/${row?.key ?? ''}`, { as, json: { item } })).statusCode // prettier-ignore
  t.equal(await mute(own, tim.token), 200)
  t.equal(await mute(other, tim.token), 403)
  t.equal(await mute(other, eve.token), 404)
  for (const item of [{ read_number: 5 }, { can_write: true }, { user_id: eve.key }]) {
    t.equal(await mute(own, tim.token, item), 400)
  }
  const count = async (as: string) =>
    (await call(`GET /actions/conversation-member-count?muted__eq=true&conversation_id__eq=${key}`, { as })).json<{ count: number }>().count // prettier-ignore
  t.same([await count(tim.token), await count(ann.token)], [1, 0])
  const json = { item: { conversation_id: key, user_id: eve.key } }
  const made = await call('POST /actions/conversation-member', { as: eve.token, json })
  t.equal(made.statusCode, 404, 'they come by actions alone')
  const gone = await call(`DELETE /actions/conversation-member/${own?.key ?? ''}`, {
    as: tim.token,
  })
  t.equal(gone.statusCode, 405, 'and go')
})

t.test('who may not write to somebody reads on, and takes back what it wrote', async (t) => {
  const setDirectWritable = createSetDirectWritable({ stores, now: Date.now })
  const key = await talk.direct(ann.token, eve.key)
  const { key: message } = await talk.say(key, ann.token)
  const set = (canWrite: boolean) =>
    stores.transactions.transaction((transaction) =>
      setDirectWritable(transaction, [eve.key, ann.key], canWrite),
    )
  await set(false)
  const create = async (as: string) =>
    (await call('POST /actions/message', { as, json: { item: { text: 'x', conversation_id: key } } })).statusCode // prettier-ignore
  t.same([await create(ann.token), await create(eve.token)], [403, 403])
  const json = { item: { message_id: message, emoji: '👍' } }
  t.equal((await call('POST /actions/message-reaction', { as: eve.token, json })).statusCode, 403)
  const edited = await call(`PATCH /actions/message/${message}`, { as: ann.token, json: { item: { text: 'y' } } }) // prettier-ignore
  t.equal(edited.statusCode, 403)
  t.equal((await call(`GET /actions/message/${message}`, { as: eve.token })).statusCode, 200)
  t.equal((await call(`DELETE /actions/message/${message}`, { as: ann.token })).statusCode, 204)
  t.equal((await stores.store('conversation').readOrThrow(key)).item.message_count, 1)
  await set(true)
  t.same([await create(ann.token), await create(eve.token)], [201, 201])
})
