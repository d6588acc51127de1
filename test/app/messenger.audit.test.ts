/** What the messenger writes down of accounts, with whom, and that nothing of it can be changed or holds what was typed. */
import t from 'tap'
import { ADMIN_KEY, openTestMessenger, PASSWORD } from '../kit/messenger.ts'
import { cell } from '../kit/sql.ts'

const messenger = await openTestMessenger(t)
const { call, stores } = messenger
const admin = (await messenger.login('admin')).access_token

interface Told {
  readonly kind: string
  readonly actor_id: string | null
  readonly subject_id: string | null
  readonly address: string
  readonly detail: string | null
}

/** What admins read of an account, in order. */
async function eventsOf(subject: string): Promise<readonly Told[]> {
  const query = `subject_id__eq=${subject}&search_order=created_at,id&limit=100`
  const response = await call(`GET /actions/security-event-search?${query}`, { as: admin })
  return response.json<{ results: { item: Told }[] }>().results.map(({ item }) => item)
}

const kindsOf = async (subject: string) => (await eventsOf(subject)).map(({ kind }) => kind)

t.test('logins, failures and ends of sessions are written down with their address', async (t) => {
  const tim = await messenger.signUp('tim')
  const at = (remoteAddress: string) => ({ remoteAddress })
  await call('POST /actions/login', {
    json: { username: 'tim', password: 'another password' },
    ...at('192.0.2.1'),
  })
  const refresh = () =>
    call('POST /actions/refresh', { json: { refresh_token: tim.refreshToken }, ...at('192.0.2.2') })
  await refresh()
  await refresh()
  const second = (await messenger.login('tim')).access_token
  await call('POST /actions/logout', { as: second, ...at('192.0.2.3') })
  const third = (await messenger.login('tim')).access_token
  const page = await call('GET /actions/session-search', { as: third })
  const key = page.json<{ results: { key: string }[] }>().results[0]?.key ?? ''
  await call(`DELETE /actions/session/${key}`, { as: third, ...at('192.0.2.4') })
  const fourth = (await messenger.login('tim')).access_token
  await call('POST /actions/logout-everywhere', { as: fourth, ...at('192.0.2.5') })
  const own = { actor_id: tim.key, subject_id: tim.key }
  const login = { kind: 'login', ...own, address: '127.0.0.1' }
  const told = await eventsOf(tim.key)
  t.match(told, [
    login,
    { kind: 'login_failed', actor_id: null, address: '192.0.2.1' },
    { kind: 'session_ended', actor_id: null, address: '192.0.2.2', detail: /refresh token/ },
    login,
    { kind: 'logout', ...own, address: '192.0.2.3' },
    login,
    { kind: 'session_ended', ...own, address: '127.0.0.1', detail: null },
    login,
    { kind: 'logout_everywhere', ...own, address: '192.0.2.5' },
  ])
  t.equal(told.length, 9)
})

t.test('what admins do to others is written down, what they leave alone is not', async (t) => {
  const ann = await messenger.signUp('ann')
  const path = `/actions/user/${ann.key}`
  const change = (item: object) => call(`PATCH ${path}`, { as: admin, json: { item } })
  await change({ admin: true })
  await change({ admin: true, blocked: false, full_name: 'Ann' })
  await change({ admin: false, blocked: true })
  const edits = [{ update_item: { id: ann.key, blocked: false } }]
  await call('PATCH /actions/user-batch', { as: admin, json: { edits, atomic: true } })
  const byAnn = await call(`PATCH ${path}`, { as: ann.token, json: { item: { admin: true } } })
  t.not(byAnn.statusCode, 200)
  await call(`DELETE ${path}`, { as: admin })
  const told = await eventsOf(ann.key)
  t.same(
    told.map(({ kind }) => kind),
    ['login', 'role_changed', 'role_changed', 'blocked', 'unblocked', 'user_deleted'],
  )
  t.match(told[1], { actor_id: ADMIN_KEY, address: '127.0.0.1', detail: /is an admin/ })
  t.match(told[2], { detail: /no admin/ })
})

t.test('a batch that is undone leaves nothing behind', async (t) => {
  const bob = await messenger.signUp('bob')
  const edits = [{ update_item: { id: bob.key, blocked: true } }, { delete_key: ADMIN_KEY }]
  const batch = await call('PATCH /actions/user-batch', {
    as: admin,
    json: { edits, atomic: true },
  })
  t.match(batch.json(), [{ success: false }, { success: false, code: 'forbidden' }])
  t.same(await kindsOf(bob.key), ['login'])
  t.equal((await call('GET /actions/message-count', { as: bob.token })).statusCode, 200)
})

t.test('a changed password is written down, one that was not changed is not', async (t) => {
  const cyd = await messenger.signUp('cyd')
  const change = (password: string) =>
    call('POST /actions/change-password', {
      as: cyd.token,
      json: { password, new_password: 'no loud red chair' },
    })
  await change('wrong')
  await change(PASSWORD)
  t.same(await kindsOf(cyd.key), ['login', 'password_changed'])
})

t.test('a name that is none may be a password, and is kept nowhere', async (t) => {
  const typed = 'my own secret word'
  const json = { username: typed, password: 'x' }
  t.equal((await call('POST /actions/login', { json })).statusCode, 401)
  const query = 'kind__eq=login_failed&subject_id__exists=false'
  const failed = await call(`GET /actions/security-event-search?${query}`, { as: admin })
  t.match(failed.json(), { results: [{ item: { actor_id: null, address: '127.0.0.1' } }] })
  const text = 'select coalesce(string_agg(row::text, $$ $$), $$$$) from security_event row'
  t.notMatch(String(await cell(stores.database, text)), typed)
})

t.test('nobody but an admin reads it, and nobody writes it', async (t) => {
  const { token } = await messenger.signUp('eve')
  const listener = await messenger.connect(token)
  t.match(await listener.ask({ type: 'Subscribe', payload: 'security_event' }), { type: 'Error' })
  const page = await call('GET /actions/security-event-search?limit=1', { as: admin })
  const key = page.json<{ results: { key: string }[] }>().results[0]?.key ?? ''
  for (const [line, anonymous, user] of [
    ['GET /actions/security-event-search', 401, 403],
    ['GET /actions/security-event-count', 401, 403],
    [`GET /actions/security-event/${key}`, 401, 404],
    [`GET /actions/security-event/${key}/subject`, 401, 404],
  ] as const) {
    t.equal((await call(line)).statusCode, anonymous, line)
    t.equal((await call(line, { as: token })).statusCode, user, line)
    t.equal((await call(line, { as: admin })).statusCode, 200, line)
  }
  for (const [line, json] of [
    ['POST /actions/security-event', { item: { kind: 'login' } }],
    [`PATCH /actions/security-event/${key}`, { item: {} }],
    [`DELETE /actions/security-event/${key}`, undefined],
  ] as const) {
    const { statusCode } = await call(line, { as: admin, json })
    t.ok(statusCode === 404 || statusCode === 405, `${line}: there is no such operation`)
  }
  const edits = [{ delete_key: key }]
  const batch = await call('PATCH /actions/security-event-batch', { as: admin, json: { edits } })
  t.equal(batch.statusCode, 405)
  t.equal((await call(`GET /actions/security-event/${key}`, { as: admin })).statusCode, 200)
})
