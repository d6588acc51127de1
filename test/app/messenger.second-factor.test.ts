/** That who has a second factor logs in by it alone, whichever way, that each code is good once, and that nothing shows its secrets. */
import t from 'tap'
import { createClient } from '../../framework/client/index.ts'
import type { Api } from '../../app/api.ts'
import { openTestMessenger, PASSWORD, type Call } from '../kit/messenger.ts'
import { addFactor, STEP_MS } from '../kit/second-factor.ts'
import { cell, execute } from '../kit/sql.ts'

const clock = { ms: Date.now() }
const messenger = await openTestMessenger(t, { areLimitsKept: true }, { now: () => clock.ms })
const { call, stores } = messenger
t.beforeEach(() => execute(stores.database, 'truncate holdfast_limit'))

const login = (username: string, code?: string, sent: Call = {}) =>
  call('POST /actions/login', { ...sent, json: { username, password: PASSWORD, code } })

async function withFactor(username: string) {
  const person = await messenger.signUp(username)
  return { ...person, ...(await addFactor(call, clock, { ...person, password: PASSWORD })) }
}

t.test('the right password alone is answered with what is missing', async (t) => {
  const tim = await withFactor('tim')
  const missing = await login('tim')
  t.match(missing.json(), {
    status: 401,
    type: '/problems/unauthenticated',
    errors: [{ pointer: '/code' }],
  })
  t.match((await login('tim', '000000')).json(), { status: 401, errors: [{ pointer: '/code' }] })
  const logged = await login('tim', tim.next())
  t.equal(logged.statusCode, 200)
  const { access_token: as, refresh_token } = logged.json<{
    access_token: string
    refresh_token: string
  }>()
  t.equal((await call('GET /actions/session-search', { as })).statusCode, 200)
  const refreshed = await call('POST /actions/refresh', { json: { refresh_token } })
  t.equal(refreshed.statusCode, 200, 'a session goes on without a code')
})

t.test('who does not know the password learns nothing of a second factor', async (t) => {
  await messenger.signUp('ann')
  const bob = await withFactor('bob')
  const code = bob.next()
  const answers = []
  for (const username of ['ann', 'bob', 'nobody']) {
    for (const sent of [{}, { code }]) {
      const json = { username, password: 'another password', ...sent }
      const { statusCode, headers, body } = await call('POST /actions/login', { json })
      const { date: _date, ...rest } = headers
      answers.push({ statusCode, rest, body })
    }
  }
  for (const answer of answers) t.same(answer, answers[0])
  t.equal((await login('bob', code)).statusCode, 200, 'nor was the code spent by it')
  t.equal((await login('ann', code)).statusCode, 200, 'who has none may send one')
})

t.test('a code is good once, also for many at the same moment', async (t) => {
  const cyd = await withFactor('cyd')
  t.equal((await login('cyd', cyd.shown())).statusCode, 401, 'that of the confirmation is used')
  const statuses = async (code: string | undefined) => {
    const tries = [1, 2, 3, 4].map((at) => login('cyd', code, { remoteAddress: `192.0.2.${at}` }))
    return (await Promise.all(tries)).map(({ statusCode }) => statusCode).toSorted()
  }
  const once = [200, 401, 401, 401]
  const first = cyd.next()
  t.same(await statuses(first), once)
  t.equal((await login('cyd', first)).statusCode, 401)
  clock.ms += STEP_MS
  t.equal((await login('cyd', first)).statusCode, 401, 'a step later neither')
  t.same(await statuses(cyd.recoveryCodes[0]), once)
  t.equal((await login('cyd', cyd.recoveryCodes[0])).statusCode, 401)
  const typed = cyd.recoveryCodes[1]?.toLowerCase().replaceAll('-', ' ')
  t.equal((await login('cyd', typed)).statusCode, 200, 'another is good, however it is typed')
  t.equal((await login('cyd', cyd.next())).statusCode, 200, 'and so is the app')
})

t.test('the form of OAuth can bring no code, and lets nobody around it', async (t) => {
  const dan = await withFactor('dan')
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const more of [{}, { code: dan.next() }]) {
    const fields = { grant_type: 'password', username: 'dan', password: PASSWORD, ...more }
    const payload = new URLSearchParams(fields).toString()
    t.match((await call('POST /login', { payload, headers })).json(), {
      status: 400,
      error: 'invalid_grant',
      error_description: 'A code of the second factor is needed too.',
    })
  }
})

t.test('nor does the socket', async (t) => {
  const fay = await withFactor('fay')
  const socket = await messenger.connect()
  const ask = (input: object) =>
    socket.ask({ type: 'Call', id: 1, payload: { action: 'login', input } })
  const input = { username: 'fay', password: PASSWORD }
  t.match(await ask(input), {
    type: 'Error',
    status: 401,
    payload: { errors: [{ pointer: '/code' }] },
  })
  t.match(await ask({ ...input, code: fay.next() }), { type: 'Result', status: 200 })
})

t.test('the typed client brings a code, and tells that one is needed', async (t) => {
  const gil = await withFactor('gil')
  const url = await messenger.listen({ host: '127.0.0.1', port: 0 })
  const client = createClient<Api>({ url })
  t.teardown(() => client.close())
  await t.rejects(client.login('gil', PASSWORD), { status: 401, errors: [{ pointer: '/code' }] })
  t.notOk(client.isLoggedIn())
  await client.login('gil', PASSWORD, { code: gil.next() })
  t.ok(client.isLoggedIn())
})

t.test('codes can’t be found by trying, whoever knows the password', async (t) => {
  await withFactor('hal')
  const statuses = []
  for (let at = 0; at < 7; at += 1) statuses.push((await login('hal', 'none')).statusCode)
  t.same(statuses, [...Array.from({ length: 5 }, () => 401), 429, 429])
})

t.test('nor from many addresses, and with time', async (t) => {
  const lea = await withFactor('lea')
  const tryFrom = (at: number, code: string) =>
    login('lea', code, { remoteAddress: `192.0.2.${at}` })
  const statuses = []
  for (let at = 0; at < 11; at += 1) {
    await execute(stores.database, 'truncate holdfast_limit')
    statuses.push((await tryFrom(at, 'none')).statusCode)
  }
  t.same(statuses, [...Array.from({ length: 10 }, () => 401), 429])
  const waiting = await tryFrom(99, lea.shown())
  t.equal(waiting.statusCode, 429, 'a good one waits too')
  t.equal(waiting.headers['retry-after'], '30')
  const json = { password: PASSWORD, code: lea.shown() }
  const removal = await call('POST /actions/second-factor-remove', { as: lea.token, json })
  t.equal(removal.statusCode, 429, 'whichever way it comes')
  t.equal((await tryFrom(98, lea.next())).statusCode, 200, 'half a minute later it lets in')
  t.equal((await tryFrom(97, 'none')).statusCode, 401, 'and tries are free again')
})

t.test('who is blocked is told so before a code is spent', async (t) => {
  const ivy = await withFactor('ivy')
  const { access_token: as } = await messenger.login('admin')
  const block = (blocked: boolean) =>
    call(`PATCH /actions/user/${ivy.key}`, { as, json: { item: { blocked } } })
  await block(true)
  const code = ivy.next()
  t.equal((await login('ivy', code)).statusCode, 403)
  await block(false)
  t.equal((await login('ivy', code)).statusCode, 200)
})

t.test('what happens is written down for admins', async (t) => {
  const joe = await withFactor('joe')
  const at = (remoteAddress: string) => ({ remoteAddress })
  await login('joe', undefined, at('192.0.2.1'))
  await login('joe', 'none', at('192.0.2.2'))
  await login('joe', joe.recoveryCodes[9], at('192.0.2.3'))
  const remove = (code: string | undefined) =>
    call('POST /actions/second-factor-remove', {
      as: joe.token,
      json: { password: PASSWORD, code },
      ...at('192.0.2.4'),
    })
  await remove('none')
  await remove(joe.next())
  const { access_token: as } = await messenger.login('admin')
  const query = `subject_id__eq=${joe.key}&search_order=created_at,id`
  const page = await call(`GET /actions/security-event-search?${query}`, { as })
  const own = { actor_id: joe.key, subject_id: joe.key }
  const told = page.json<{ results: { item: object }[] }>().results.map(({ item }) => item)
  t.match(told, [
    { kind: 'login', ...own },
    { kind: 'second_factor_added', ...own, address: '127.0.0.1' },
    { kind: 'second_factor_failed', actor_id: null, address: '192.0.2.2' },
    {
      kind: 'recovery_code_used',
      ...own,
      address: '192.0.2.3',
      detail: '9 recovery codes are left.',
    },
    { kind: 'login', ...own, address: '192.0.2.3' },
    { kind: 'second_factor_failed', actor_id: null, address: '192.0.2.4' },
    { kind: 'second_factor_removed', ...own, address: '192.0.2.4' },
  ])
  t.equal(told.length, 7)
})

t.test(
  'its secrets are in no document, event, log or other table, and nobody reaches it',
  async (t) => {
    const listener = await messenger.connect((await messenger.login('admin')).access_token)
    t.match(await listener.ask({ type: 'Subscribe', payload: 'second_factor' }), { status: 404 })
    const kim = await withFactor('kim')
    const code = kim.next()
    await login('kim', code)
    await login('kim', kim.recoveryCodes[0])
    await messenger.caughtUp()
    const digests = await cell(
      stores.database,
      `select recovery_digests::text from second_factor where user_id = '${kim.key}'`,
    )
    const kept = JSON.parse(String(digests)) as readonly string[]
    t.equal(kept.length, 9)
    const secrets = [kim.secret, ...kim.recoveryCodes, ...kept]
    const tables = ['holdfast_log', 'holdfast_outbox', 'holdfast_idempotency', 'holdfast_limit']
    for (const table of [...tables, 'security_event', 'session', 'user']) {
      const rows = `select coalesce(string_agg(row::text, ' '), '') from "${table}" row`
      const text = String(await cell(stores.database, rows))
      for (const secret of secrets) t.notOk(text.includes(secret), `not in ${table}`)
    }
    const log = messenger.log.join('\n')
    for (const secret of [...secrets, `"${code}"`]) t.notOk(log.includes(secret), 'nor in the log')
    for (const path of ['/openapi.json', '/asyncapi.json']) {
      t.notMatch(
        (await call(`GET ${path}`)).body,
        /recovery_digests|last_step|second_factor_(search|read)/,
      )
    }
    for (const line of ['search', 'count', kim.key].map((name) => `second-factor-${name}`)) {
      const { statusCode } = await messenger.http.inject(`/actions/${line}`)
      t.equal(statusCode, 404)
    }
  },
)
