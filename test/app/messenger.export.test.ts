/** Exports, by requests as a person makes them: asked for, made, told of, downloaded, read with another zip reader, and gone in time. */
import { readdir } from 'node:fs/promises'
import type { Test } from 'tap'
import t from 'tap'
import { forgetExportsJob } from '../../app/jobs/forget-exports.ts'
import { photo } from '../kit/images.ts'
import { runJob } from '../kit/jobs.ts'
import { PASSWORD, type Person } from '../kit/messenger.ts'
import { frameUntil, talkIn, type Told } from '../kit/talk.ts'
import { rowsOf, unzip } from '../kit/unzip.ts'
import { openMediaMessenger } from '../kit/uploads.ts'

const DAY_MS = 24 * 3600 * 1000

async function open(t: Test) {
  const messenger = await openMediaMessenger(t)
  const { call } = messenger
  const talk = talkIn(messenger)
  const ask = (as: string | undefined) => talk.act('export_data', as)
  /** Asks, and waits until its owner is told that it is ready. */
  async function exported({ token }: Person): Promise<Told> {
    const client = await messenger.connect(token)
    await client.ask({ type: 'Subscribe', payload: 'data_export' })
    const { key } = (await ask(token)).json<Told>()
    await frameUntil(
      client,
      ({ op, payload }) => op === 'update' && (payload as { state?: string }).state === 'ready',
    )
    client.socket.terminate()
    return (await call(`GET /actions/data-export/${key}`, { as: token })).json<Told>()
  }
  return { ...messenger, talk, ask, exported }
}

t.test('all that is kept of somebody is in the file, and nothing of others', async (t) => {
  const { call, signUp, talk, exported, stores, ...messenger } = await open(t)
  const tim = await signUp('tim', { full_name: 'Tim Example', email_address: 'tim@example.org' })
  const ann = await signUp('ann')
  await talk.act('friend_request', tim.token, { user_id: ann.key })
  await talk.act('person_block', ann.token, { user_id: tim.key })
  const { key: group } = await talk.group(ann.token, tim.token)
  await talk.say(group, ann.token, { text: 'canary of Ann' })
  const said = await talk.say(group, tim.token, { text: 'first' })
  await call(`PATCH /actions/message/${said.key}`, {
    as: tim.token,
    json: { item: { text: 'second 💡' } },
  })
  const reaction = { message_id: said.key, emoji: '👍' }
  for (const as of [tim.token, ann.token])
    await call('POST /actions/message-reaction', { as, json: { item: reaction } })
  const uploader = messenger.as(tim.token)
  const picture = await uploader.upload(await photo(), { filename: 'Lampe äöü.jpg' })
  const text = await uploader.upload(Buffer.from('a text'), { filename: '../a.txt' })
  await talk.say(null, tim.token, { text: '', attachment_ids: [picture.id, text.id] })
  const secret = await messenger.as(ann.token).upload(Buffer.from('canary of Ann'))
  await talk.say(group, ann.token, { attachment_ids: [secret.id] })

  const made = await exported(tim)
  const download = await uploader.send('GET', `/exports/${made.key}`)
  t.equal(download.status, 200)
  const bytes = Buffer.from(await download.arrayBuffer())
  t.equal(bytes.length, made.item['byte_count'])
  const files = await unzip(bytes)
  t.same(
    [...files.keys()].toSorted(),
    [
      'attachments.ndjson',
      'conversations.ndjson',
      'friendships.ndjson',
      `media/${picture.id}.jpg`,
      `media/${text.id}.txt`,
      'address_confirmations.ndjson',
      'availability.ndjson',
      'exports.ndjson',
      'memberships.ndjson',
      'message_versions.ndjson',
      'messages.ndjson',
      'notifications.ndjson',
      'profile.ndjson',
      'reactions.ndjson',
      'second_factor.ndjson',
      'security_events.ndjson',
      'sessions.ndjson',
    ].toSorted(),
  )
  const of = (name: string) => rowsOf(files.get(`${name}.ndjson`))
  t.match(of('profile'), [
    { id: tim.key, full_name: 'Tim Example', email_address: 'tim@example.org' },
  ])
  t.match(of('sessions'), [{ user_id: tim.key, address: '127.0.0.1' }])
  t.match(of('security_events'), [{ kind: 'login', actor_id: tim.key, address: '127.0.0.1' }])
  t.match(of('friendships'), [{ user_id: tim.key, other_id: ann.key, state: 'requested' }])
  t.match(of('conversations'), [{ id: group, title: 'Garden' }])
  t.match(of('memberships'), [{ conversation_id: group, user_id: tim.key }])
  t.same(
    of('messages').map((row) => row['text']),
    ['second 💡', ''],
  )
  t.match(of('message_versions'), [{ message_id: said.key, text: 'first' }])
  t.match(of('address_confirmations'), [{ email_address: 'tim@example.org' }])
  t.match(of('availability'), [{ user_id: tim.key }])
  t.match(of('exports'), [{ state: 'requested' }])
  t.same(of('second_factor'), [])
  t.match(of('reactions'), [{ user_id: tim.key, emoji: '👍' }])
  t.equal(of('reactions').length, 1)
  t.same(
    of('attachments').map((row) => row['name']),
    ['Lampe äöü.jpg', 'a.txt'],
  )
  t.equal(files.get(`media/${text.id}.txt`)?.toString(), 'a text')
  const served = await uploader.send('GET', `/media/${picture.id}`)
  t.ok(files.get(`media/${picture.id}.jpg`)?.equals(Buffer.from(await served.arrayBuffer())))
  const whole = Buffer.concat([...files.values()]).toString()
  for (const hidden of ['canary', '$argon2', 'digest', 'blocked', PASSWORD])
    t.notMatch(whole, hidden)
  const told = (await stores.store('notification').search()).results.map(({ item }) => item)
  t.match(
    told.filter(({ kind }) => kind === 'export'),
    [{ user_id: tim.key, is_read: false }],
    'and its owner is told',
  )
})

t.test('an export is its owner’s alone, by the token or the cookie', async (t) => {
  const { call, signUp, exported, login, ask, talk, ...messenger } = await open(t)
  const [tim, eve] = [await signUp('tim'), await signUp('eve')]
  t.equal((await ask(undefined)).statusCode, 401)
  const { key, item } = await exported(tim)
  t.match(item, { user_id: tim.key, state: 'ready' })
  const path = `/exports/${key}`
  const admin = (await login('admin')).access_token
  for (const as of [undefined, eve.token, admin]) {
    const other = messenger.as(as)
    const status = as === undefined ? 401 : 404
    t.equal((await other.send('GET', path)).status, status)
    t.equal((await other.send('HEAD', path)).status, status)
    t.equal((await call(`GET /actions/data-export/${key}`, { as })).statusCode, status)
    t.equal((await call(`DELETE /actions/data-export/${key}`, { as })).statusCode, status)
  }
  const own = messenger.as(tim.token)
  const served = await own.send('GET', path)
  const wanted = {
    'content-type': 'application/zip',
    'cache-control': 'no-store',
    'content-disposition': `attachment; filename="holdfast-${String(item['created_at']).slice(0, 10)}.zip"`,
    'content-length': String(item['byte_count']),
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'content-encoding': null,
  }
  for (const [name, value] of Object.entries(wanted)) t.equal(served.headers.get(name), value, name)
  await served.arrayBuffer()
  const head = await own.send('HEAD', path)
  t.equal(head.headers.get('content-length'), String(item['byte_count']))
  const headers = { 'holdfast-session': 'cookie' }
  const json = { username: 'tim', password: PASSWORD }
  const { cookies } = await call('POST /actions/login', { json, headers })
  t.match(
    cookies.find(({ name }) => name === 'holdfast_exports'),
    { path: '/exports' },
  )
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const nobody = messenger.as(undefined)
  t.equal((await nobody.send('GET', path, { headers: { cookie } })).status, 200)
  for (const absent of ['x', key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))])
    t.equal((await own.send('GET', `/exports/${absent}`)).status, 404)
  // Clients make and change none.
  const create = { item: { user_id: tim.key, state: 'ready' } }
  t.not((await call('POST /actions/data-export', { as: tim.token, json: create })).statusCode, 201)
  const patch = { item: { state: 'requested' } }
  const changed = await call(`PATCH /actions/data-export/${key}`, { as: tim.token, json: patch })
  t.not(changed.statusCode, 200)
})

t.test('a deleted export takes its file along, and one that is over does too', async (t) => {
  const { call, signUp, exported, stores, folder, ...messenger } = await open(t)
  const tim = await signUp('tim')
  const { key } = await exported(tim)
  const { key: old, item } = await exported(tim)
  const files = async () => (await readdir(folder)).toSorted()
  t.same(await files(), [`${key}.zip`, `${old}.zip`].toSorted())
  t.equal((await call(`DELETE /actions/data-export/${key}`, { as: tim.token })).statusCode, 204)
  t.equal((await messenger.as(tim.token).send('GET', `/exports/${key}`)).status, 404)
  while ((await files()).length > 1) await new Promise(setImmediate)
  const end = Date.parse(String(item['expires_at']))
  t.ok(Math.abs(end - Date.now() - 7 * DAY_MS) < 600_000, 'seven days')
  const exports = stores.store('data_export')
  await runJob(
    forgetExportsJob(exports, () => end - 1),
    {},
  )
  t.equal(await exports.count(), 1)
  await runJob(
    forgetExportsJob(exports, () => end + 1),
    {},
  )
  while ((await files()).length > 0) await new Promise(setImmediate)
  t.equal(await exports.count(), 0)
})

t.test('one at a time is under way for each, and five may be asked for in a day', async (t) => {
  const messenger = await openMediaMessenger(t, { areLimitsKept: true })
  const { stores, ...rest } = messenger
  const { act } = talkIn(rest)
  const [tim, ann] = [await messenger.signUp('tim'), await messenger.signUp('ann')]
  const expires_at = new Date(Date.now() + DAY_MS).toISOString()
  const item = { user_id: tim.key, state: 'requested', byte_count: null, expires_at } as const
  // Without its job it stays under way.
  const { key } = await stores.store('data_export').create(item)
  const answers = await Promise.all([1, 2, 3].map(() => act('export_data', tim.token)))
  for (const answer of answers) {
    t.equal(answer.statusCode, 202)
    t.match(answer.json(), { key, item: { state: 'requested' }, updatable: false, deletable: true })
  }
  t.equal((await act('export_data', ann.token)).statusCode, 202)
  t.equal(await stores.store('data_export').count(), 2)
  for (const status of [202, 202, 429])
    t.equal((await act('export_data', tim.token)).statusCode, status)
})
