/** Deleted accounts, by requests as people make them: what goes, what stays, and what others see of it. */
import { readdir } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { photo } from '../kit/images.ts'
import { ADMIN_KEY, PASSWORD, type Person } from '../kit/messenger.ts'
import { addFactor } from '../kit/second-factor.ts'
import { talkIn, type Told } from '../kit/talk.ts'
import { openMediaMessenger } from '../kit/uploads.ts'

async function open(t: Test) {
  const messenger = await openMediaMessenger(t)
  const { call } = messenger
  const talk = talkIn(messenger)
  const erase = (as: string | undefined, json: object = {}) =>
    call('POST /actions/delete-account', {
      as,
      json: { password: PASSWORD, messages: 'keep', ...json },
    })
  const read = async (path: string, as: string) => {
    const response = await call(`GET /actions/${path}`, { as })
    return response.statusCode === 200 ? response.json<Told>().item : response.statusCode
  }
  /** Somebody with something of every kind. */
  async function settle(tim: Person, ann: Person) {
    await talk.act('friend_request', tim.token, { user_id: ann.key })
    await talk.act('friend_accept', ann.token, { user_id: tim.key })
    const { key: own } = await talk.group(tim.token, ann.token)
    const { key: lone } = await talk.group(tim.token)
    const direct = await talk.direct(tim.token, ann.key)
    const uploader = messenger.as(tim.token)
    const file = await uploader.upload(await photo(), { filename: 'a.jpg' })
    const avatar = await uploader.upload(await photo(), { purpose: 'avatar' })
    await uploader.upload(Buffer.from('loose'))
    const shown = { item: { avatar_id: avatar.id, full_name: 'Tim Example', about: 'Lamps.' } }
    await call(`PATCH /actions/user/${tim.key}`, { as: tim.token, json: shown })
    const said = await talk.say(own, tim.token, { text: 'first', attachment_ids: [file.id] })
    const json = { item: { text: 'second' } }
    await call(`PATCH /actions/message/${said.key}`, { as: tim.token, json })
    const answer = await talk.say(own, ann.token, { text: 'answer', reply_to_id: said.key })
    const public_ = await talk.say(null, tim.token, { text: 'for all' })
    const whispered = await talk.say(direct, tim.token, { text: 'for you' })
    for (const [message_id, as] of [
      [answer.key, tim.token],
      [said.key, ann.token],
    ])
      await call('POST /actions/message-reaction', {
        as,
        json: { item: { message_id, emoji: '👍' } },
      })
    await talk.act('export_data', tim.token)
    return { own, lone, direct, file, said, answer, public_, whispered }
  }
  return { ...messenger, talk, erase, read, settle }
}

/** What of somebody must be gone, whatever becomes of its messages. */
const PERSONAL = [
  ['session', 'user_id'],
  ['friendship', 'user_id'],
  ['friendship', 'other_id'],
  ['notification', 'user_id'],
  ['notification', 'actor_id'],
  ['conversation_member', 'user_id'],
  ['availability', 'user_id'],
  ['second_factor', 'user_id'],
  ['password_recovery', 'user_id'],
  ['email_confirmation', 'user_id'],
  ['data_export', 'user_id'],
  ['conversation', 'owner_id'],
  ['message_version join message on message.id = message_id', 'author_id'],
] as const

async function leftOf(
  { stores }: Awaited<ReturnType<typeof open>>,
  key: string,
): Promise<readonly string[]> {
  const left: string[] = []
  for (const [table, column] of PERSONAL) {
    const text = `select count(*)::int from ${table} where ${column} = $1::uuid`
    const { rows } = await stores.database.query({ text, values: [key] })
    if (rows[0]?.[0] !== 0) left.push(`${table} ${column}`)
  }
  return left
}

/** What was told, and what messages said before, goes by a job. */
async function forgotten(world: Awaited<ReturnType<typeof open>>, key: string): Promise<void> {
  const isTold = async () =>
    (await leftOf(world, key)).some((place) => /^(notification|message_version)/.test(place))
  while (await isTold()) await new Promise(setImmediate)
}

t.test('who keeps its messages is a deleted user in them, and nowhere else', async (t) => {
  const world = await open(t)
  const { call, signUp, login, talk, erase, read, settle, folder, stores, caughtUp } = world
  const account = { full_name: 'Tim Example', email_address: 'tim@example.org' }
  const [tim, ann] = [await signUp('tim', account), await signUp('ann')]
  const made = await settle(tim, ann)
  const client = await world.connect(tim.token)
  t.equal((await erase(tim.token)).statusCode, 204)
  t.equal(await client.closed, 4401)
  await caughtUp()
  t.equal((await call('GET /actions/session-search', { as: tim.token })).statusCode, 401)
  const json = { refresh_token: tim.refreshToken }
  t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
  await forgotten(world, tim.key)
  t.same(await leftOf(world, tim.key), [])

  const profile = await read(`user/${tim.key}`, ann.token)
  t.match(profile, { full_name: null, about: null, avatar_id: null, admin: false })
  const { username, deleted_at } = profile as Record<string, string>
  t.match(username, /^deleted-[a-z0-9]{20}$/)
  t.ok(Date.parse(deleted_at ?? '') > 0)
  const { item } = await stores.store('user').readOrThrow(tim.key)
  t.match(item, { email_address: null, confirmed_address: null })
  for (const name of ['tim', username]) {
    const known = { username: name, password: PASSWORD }
    t.equal((await call('POST /actions/login', { json: known })).statusCode, 401)
  }

  t.match(await read(`message/${made.said.key}`, ann.token), { text: 'second', author_id: tim.key })
  t.match(await read(`message/${made.public_.key}`, ann.token), { text: 'for all' })
  t.match(await read(`message/${made.whispered.key}`, ann.token), { text: 'for you' })
  t.equal((await world.as(ann.token).send('GET', `/media/${made.file.id}`)).status, 200)
  t.match(await read(`conversation/${made.own}`, ann.token), { owner_id: ann.key })
  t.match(await read(`conversation/${made.direct}`, ann.token), { kind: 'direct' })
  // Its last member is gone, and so it goes by a job.
  while ((await stores.store('conversation').read(made.lone)) !== undefined)
    await new Promise(setImmediate)
  // Files of exports, avatars and loose ones go by a job.
  while ((await readdir(folder)).some((name) => !name.startsWith(made.file.id)))
    await new Promise(setImmediate)

  const to = { conversation_id: made.direct, text: 'Are you there?' }
  const written = await call('POST /actions/message', { as: ann.token, json: { item: to } })
  t.equal(written.statusCode, 403, 'nobody reads it')
  const found = await talk.act('search_people', ann.token, { query: 'deleted' })
  t.same(found.json(), { results: [] })
  t.equal((await talk.act('friend_request', ann.token, { user_id: tim.key })).statusCode, 404)
  const invitation = { conversation_id: made.own, username }
  t.equal((await talk.act('conversation_invite', ann.token, invitation)).statusCode, 400)
  const bob = await signUp('bob')
  t.equal((await talk.act('direct_conversation', bob.token, { user_id: tim.key })).statusCode, 400)

  const { access_token: as } = await login('admin')
  const late = { item: { full_name: 'Tim again' } }
  const refused = await call(`PATCH /actions/user/${tim.key}`, { as, json: late })
  t.equal(refused.statusCode, 403, 'nothing is written into what is left')
  const query = `kind__eq=account_deleted&subject_id__eq=${tim.key}`
  const events = await call(`GET /actions/security-event-search?${query}`, { as })
  t.match(events.json<{ results: Told[] }>().results, [
    { item: { actor_id: tim.key, address: '127.0.0.1', detail: null } },
  ])
  t.ok(await signUp('tim'), 'the name is free')
})

t.test('who takes its messages along leaves empty ones in conversations', async (t) => {
  const world = await open(t)
  const { signUp, erase, read, settle, folder, stores, talk, call } = world
  const [tim, ann] = [await signUp('tim'), await signUp('ann')]
  const made = await settle(tim, ann)
  t.equal((await erase(tim.token, { messages: 'delete' })).statusCode, 204)
  const isWritten = async () =>
    (await stores.store('message').search({ limit: 100 })).results.some(
      ({ item }) => item.author_id === tim.key && item.text !== '',
    )
  while (await isWritten()) await new Promise(setImmediate)
  const emptied = { text: '', attachment_ids: [], author_id: tim.key, number: 1 }
  for (const { key } of [made.said, made.whispered]) {
    const shown = await read(`message/${key}`, ann.token)
    t.match(shown, emptied)
    t.ok((shown as Record<string, unknown>)['deleted_at'])
  }
  t.equal(await read(`message/${made.public_.key}`, ann.token), 404)
  t.match(await read(`message/${made.answer.key}`, ann.token), { text: 'answer' })
  while ((await readdir(folder)).length > 0) await new Promise(setImmediate)
  while ((await stores.store('message_reaction').count()) > 0) await new Promise(setImmediate)
  t.equal(await stores.store('message_version').count(), 0)
  t.equal(await stores.store('attachment').count(), 0)
  t.same(await leftOf(world, tim.key), [])
  t.ok(await read(`user/${tim.key}`, ann.token), 'the empty ones have an author')

  const bob = await signUp('bob')
  await talk.say(null, bob.token)
  await talk.say((await talk.group(bob.token)).key, bob.token)
  const { body } = await call('GET /actions/message-count', {})
  t.equal((await erase(bob.token, { messages: 'delete' })).statusCode, 204)
  while ((await stores.store('user').read(bob.key)) !== undefined) await new Promise(setImmediate)
  t.not((await call('GET /actions/message-count', {})).body, body, 'nothing needs its row')
})

t.test('it asks the password, and a code of who has a second factor', async (t) => {
  const { signUp, erase, call, stores } = await open(t)
  const tim = await signUp('tim')
  t.equal((await erase(undefined)).statusCode, 401)
  const wrong = await erase(tim.token, { password: 'another password' })
  t.match(wrong.json(), { status: 400, errors: [{ pointer: '/password' }] })
  t.equal((await erase(tim.token, { messages: 'burn' })).statusCode, 400)
  const clock = { ms: Date.now() }
  const factor = await addFactor(call, clock, { ...tim, password: PASSWORD })
  for (const code of [undefined, 'none', factor.shown()]) {
    const refused = await erase(tim.token, { code })
    t.match(refused.json(), { status: 400, errors: [{ pointer: '/code' }] })
  }
  t.match((await stores.store('user').readOrThrow(tim.key)).item, { username: 'tim' })
  const code = factor.recoveryCodes[0]
  t.equal((await erase(tim.token, { code })).statusCode, 204)
})

t.test('the last admin stays', async (t) => {
  const { signUp, login, erase, call } = await open(t)
  const { access_token: admin } = await login('admin')
  const known = { password: 'Password123!' }
  const refused = await erase(admin, known)
  t.match(refused.json(), { status: 409, detail: /Make somebody else one/ })
  const ann = await signUp('ann')
  const json = { item: { admin: true } }
  t.equal((await call(`PATCH /actions/user/${ann.key}`, { as: admin, json })).statusCode, 200)
  const another = (await login('ann')).access_token
  // Of the two that go at the same moment one stays.
  const answers = await Promise.all([erase(admin, known), erase(another)])
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [204, 409])
})

t.test('of two admins who put an end to each other at the same moment one stays', async (t) => {
  const { signUp, login, call, read } = await open(t)
  let admin = (await login('admin')).access_token
  for (const [name, method, item, isOtherFirst] of [
    ['ann', 'PATCH', { admin: false }, false],
    ['amy', 'PATCH', { admin: false }, true],
    ['eve', 'PATCH', { blocked: true }, false],
    ['eli', 'PATCH', { blocked: true }, true],
    ['bob', 'DELETE', undefined, false],
    ['ben', 'DELETE', undefined, true],
  ] as const) {
    const { key } = await signUp(name)
    const promoted = { as: admin, json: { item: { admin: true } } }
    t.equal((await call(`PATCH /actions/user/${key}`, promoted)).statusCode, 200)
    const { access_token: other } = await login(name)
    // A token is looked up once. Whose is known already would win each time.
    await read(`user/${key}`, other)
    const ending = { as: admin, json: item && { item } }
    const demoting = { as: other, json: { item: { admin: false } } }
    const end = () => call(`${method} /actions/user/${key}`, ending)
    const demote = () => call(`PATCH /actions/user/${ADMIN_KEY}`, demoting)
    const answers = await Promise.all(isOtherFirst ? [demote(), end()] : [end(), demote()])
    const statuses = answers.map(({ statusCode }) => statusCode)
    t.equal(statuses.filter((status) => status < 300).length, 1, name)
    const hasOtherWon = statuses[isOtherFirst ? 0 : 1] === 200
    if (!hasOtherWon) continue
    // It gives back what it took. What was lost ended the tokens that said it.
    const back = { as: other, json: { item: { admin: true } } }
    t.equal((await call(`PATCH /actions/user/${ADMIN_KEY}`, back)).statusCode, 200)
    admin = (await login('admin')).access_token
    const own = { as: admin, json: { item: { admin: false } } }
    t.equal((await call(`PATCH /actions/user/${key}`, own)).statusCode, 200)
  }
})

t.test('an admin deletes who owns groups and talks to others', async (t) => {
  const world = await open(t)
  const { signUp, login, call, talk, read } = world
  const [tim, ann] = [await signUp('tim'), await signUp('ann')]
  const { key: group } = await talk.group(tim.token, ann.token)
  const direct = await talk.direct(tim.token, ann.key)
  const remove = (as: string) => call(`DELETE /actions/user/${tim.key}`, { as })
  t.equal((await remove(ann.token)).statusCode, 403)
  t.match(await read(`conversation/${group}`, ann.token), { owner_id: tim.key })
  const { access_token: admin } = await login('admin')
  const said = await talk.say(group, tim.token)
  t.equal((await remove(admin)).statusCode, 409, 'its messages need it')
  t.match(await read(`conversation/${group}`, ann.token), { owner_id: tim.key }, 'all or nothing')
  await world.stores.store('message').delete(said.key)
  t.equal((await remove(admin)).statusCode, 204)
  t.match(await read(`conversation/${group}`, ann.token), { owner_id: ann.key })
  t.match(await read(`conversation/${direct}`, ann.token), { kind: 'direct' })
  t.equal((await call(`DELETE /actions/user/${ADMIN_KEY}`, { as: admin })).statusCode, 403)
})
