/** That login, sign-up and refresh can be tried so often, however the tries come, and that nobody can shut others out. */
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { openMessenger } from '../../app/messenger.ts'
import { readConfig } from '../../app/config.ts'
import { all } from '../../app/resources/all.ts'
import { generateTokenKey } from '../../framework/index.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { openTestDatabase } from '../kit/database.ts'
import { openTestMessenger, PASSWORD, type Call, type TestMessenger } from '../kit/messenger.ts'
import { createSocketClient } from '../kit/socket-client.ts'
import { socketCalls } from '../kit/socket-calls.ts'
import { cell, execute } from '../kit/sql.ts'

const WRONG = 'a wrong green lamp'
/** From one address for one account, before the first refusal. */
const FEW = 5

const messenger = await openTestMessenger(t, { areLimitsKept: true })
const { call, stores } = messenger
await messenger.signUp('tim')
t.beforeEach(() => execute(stores.database, 'truncate holdfast_limit'))

type CallFrom = Pick<TestMessenger, 'call'>

/** One try to log in. @returns its status */
async function tryLogin(
  username: string,
  password: string,
  { at = messenger, ...sent }: Call & { readonly at?: CallFrom } = {},
): Promise<number> {
  const response = await at.call('POST /actions/login', { ...sent, json: { username, password } })
  return response.statusCode
}

/** Tries by form. */
async function tryForm(username: string, password: string): Promise<number> {
  const payload = new URLSearchParams({ grant_type: 'password', username, password }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return (await call('POST /login', { payload, headers })).statusCode
}

async function spend(count: number, tryOnce: (at: number) => Promise<number>): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const status = await tryOnce(at)
    if (status !== 401) t.fail(`try ${at} was answered ${status}`)
  }
}

/** Makes what was tried more than once be tried so often. No time goes by until it is asked again, however slow this is. */
async function raise(level: number): Promise<void> {
  const text = `update holdfast_limit set level = ${level}, at = now() + interval '1 hour'
    where level > 1.5`
  const { rowCount } = await stores.database.query({ text, values: [] })
  if (rowCount !== 1) t.fail(`${rowCount} counts are above one`)
}

/** As if so many seconds had gone by. */
const pass = (seconds: number): Promise<void> =>
  execute(
    stores.database,
    `update holdfast_limit set at = at - interval '${seconds} s',
      known_until = known_until - interval '${seconds} s'`,
  )

t.test(
  'too many wrong passwords are refused with the time to wait, the right one too',
  async (t) => {
    await spend(FEW, () => tryLogin('tim', WRONG))
    const json = { username: 'tim', password: PASSWORD }
    const refused = await call('POST /actions/login', { json })
    t.equal(refused.statusCode, 429)
    t.match(refused.headers['content-type'], 'application/problem+json')
    const wait = Number(refused.headers['retry-after'])
    t.ok(wait > 0 && wait <= 60, `Retry-After: ${wait}`)
    t.match(refused.json(), {
      type: '/problems/too_many_requests',
      detail: /^Too many tries\. Try again in \d+ s\.$/,
    })
    t.equal(await tryLogin('TIM', PASSWORD), 429, 'however the name is written')
    t.equal(await tryLogin('admin', 'Password123!'), 200, 'of other accounts nothing was taken')
    await pass(wait)
    t.equal(await tryLogin('tim', PASSWORD), 200)
    await spend(FEW, () => tryLogin('tim', WRONG))
    t.equal(await tryLogin('tim', WRONG), 429, 'the success had cleared the count')
  },
)

t.test('a name that nobody has is held as one that somebody has', async (t) => {
  const answers = []
  for (const username of ['tim', 'nobody']) {
    for (let at = 0; at <= FEW; at += 1) {
      const json = { username, password: WRONG }
      const { statusCode, headers, body } = await call('POST /actions/login', { json })
      const { date: _date, 'retry-after': _wait, ...rest } = headers
      answers.push({ statusCode, rest, body: body.replaceAll(/\d+ s/g, 'N s') })
    }
  }
  t.same(answers.slice(0, FEW + 1), answers.slice(FEW + 1))
})

t.test('all ways of trying are counted together, and none is a way around', async (t) => {
  const socket = socketCalls(await dial())
  const bySocket = async () =>
    (await socket.call('login', { username: 'tim', password: WRONG })).status
  await spend(2, () => tryLogin('tim', WRONG))
  t.equal(await tryForm('tim', WRONG), 400)
  await spend(2, bySocket)

  t.equal(await tryForm('tim', WRONG), 429)
  t.equal(await bySocket(), 429)
  t.equal(await tryLogin('tim', WRONG), 429)
  t.match(await socket.call('login', { username: 'tim', password: PASSWORD }), {
    type: 'Error',
    payload: { type: '/problems/too_many_requests', detail: /Try again in \d+ s/ },
  })
  for (const headers of [
    { 'x-forwarded-for': '198.51.100.1' },
    { forwarded: 'for=198.51.100.2' },
    { 'x-real-ip': '198.51.100.3' },
    { 'x-client-ip': '198.51.100.4', 'true-client-ip': '198.51.100.4' },
    { 'user-agent': 'another' },
    { 'idempotency-key': 'another' },
    { host: 'another.example' },
    { authorization: 'Bearer of.something.old' },
  ]) {
    t.equal(await tryLogin('tim', WRONG, { headers }), 429, JSON.stringify(headers))
  }
  t.equal(await tryLogin('tim', WRONG, { remoteAddress: '::ffff:127.0.0.1' }), 429)
  const json = { username: 'tim', password: WRONG }
  const lines = {
    'POST /actions/log%69n': 429,
    'POST /actions/login?': 429,
    'POST /actions/login?x=1': 400,
    'POST /actions/login/': 404,
    'POST //actions/login': 404,
    'POST /actions/LOGIN': 404,
    'POST /actions/login;x': 404,
    'HEAD /actions/login': 405,
    'PUT /actions/login': 405,
    'GET /actions/login': 405,
  }
  for (const [line, status] of Object.entries(lines)) {
    t.equal((await messenger.http.inject(injected(line, json))).statusCode, status, line)
  }
  const more = { ...json, email: 'x' }
  t.equal((await call('POST /actions/login', { json: more })).statusCode, 400)
  const { access_token: as } = await messenger.login('admin')
  const edits = [{ call: 'login', ...json }]
  const batch = await call('PATCH /actions/message-batch', { as, json: { edits } })
  t.equal(batch.statusCode, 400, 'a batch knows no actions')
})

/** Over TCP, because a socket in memory has no address. */
async function dial() {
  const address = await messenger.listen({ host: '127.0.0.1', port: 0 })
  const client = createSocketClient(new WebSocket(`${address.replace('http', 'ws')}/subscription`))
  await new Promise((resolve) => client.socket.on('open', resolve))
  t.teardown(() => client.socket.close())
  return client
}

/** As it stands, on no documented path. */
function injected(line: string, json: object) {
  const [method = '', url = ''] = line.split(' ')
  const headers = { 'content-type': 'application/json' }
  return { method: method as 'POST', url, headers, payload: JSON.stringify(json) }
}

t.test('one password for many accounts is one address at it', async (t) => {
  const remoteAddress = '2001:db8:0:1::1'
  t.equal(await tryLogin('user1', WRONG, { remoteAddress }), 401)
  t.equal(await tryLogin('user2', WRONG, { remoteAddress: '2001:db8:0:1:ffff::2' }), 401)
  await raise(60)
  t.equal(await tryLogin('another', WRONG, { remoteAddress }), 429)
  t.equal(await tryLogin('tim', PASSWORD, { remoteAddress }), 429)
  t.equal(await tryLogin('tim', PASSWORD, { remoteAddress: '2001:db8:0:2::1' }), 200)
})

const addressOf = (at: number) => `198.51.100.${at}`

t.test(
  'who tries from many addresses stalls an account, and not where its owner is known',
  async (t) => {
    const home = '203.0.113.1'
    t.equal(await tryLogin('tim', PASSWORD, { remoteAddress: home }), 200)
    await spend(2, (at) => tryLogin('tim', WRONG, { remoteAddress: addressOf(at) }))
    await raise(10)
    await pass(3600)
    const stalls = []
    for (let at = 2; at < 10; at += 1) {
      const sent = { json: { username: 'tim', password: WRONG }, remoteAddress: addressOf(at) }
      // A try in the future has just been: however slow this is, no time goes by.
      await pass(-3600)
      const refused = await call('POST /actions/login', sent)
      const wait = Number(refused.headers['retry-after'])
      stalls.push(wait)
      await pass(3600 + wait)
      t.equal(await tryLogin('tim', WRONG, { remoteAddress: addressOf(at) }), 401, 'after the wait')
    }
    t.same(stalls, [1, 2, 4, 8, 16, 32, 60, 60], 'each longer than the last, and none for ever')

    t.equal(await tryLogin('tim', PASSWORD, { remoteAddress: home }), 200, 'at home nothing stalls')
    const abroad = '203.0.113.99'
    t.equal(await tryLogin('tim', PASSWORD, { remoteAddress: abroad }), 429)
    await pass(60)
    t.equal(await tryLogin('tim', PASSWORD, { remoteAddress: abroad }), 200)
    t.equal(await tryLogin('tim', PASSWORD, { remoteAddress: abroad }), 200, 'known from now on')
    await spend(FEW, () => tryLogin('tim', WRONG, { remoteAddress: home }))
    t.equal(await tryLogin('tim', WRONG, { remoteAddress: home }), 429, 'known is not unlimited')
  },
)

t.test('who logs in rightly is not counted against the account', async (t) => {
  for (let at = 0; at < 11; at += 1) {
    const remoteAddress = addressOf(at)
    t.equal(await tryLogin('tim', PASSWORD, { remoteAddress }), 200)
  }
})

t.test('of many tries at the same time only so many are judged', async (t) => {
  const tried = Array.from({ length: 20 }, () => tryLogin('tim', WRONG))
  const statuses = (await Promise.all(tried)).toSorted()
  t.same(statuses, [...Array<number>(FEW).fill(401), ...Array<number>(15).fill(429)])
})

t.test('sign-up is limited by address and by name, before a password is hashed', async (t) => {
  const signUp = (username: string, sent: Call = {}) =>
    call('POST /actions/sign-up', { ...sent, json: { username, password: PASSWORD } })
  for (const at of [1, 2]) {
    t.equal((await signUp('tim', { remoteAddress: addressOf(at) })).statusCode, 409)
  }
  await raise(10)
  t.equal((await signUp('tim', { remoteAddress: addressOf(3) })).statusCode, 429)
  await execute(stores.database, 'truncate holdfast_limit')
  t.equal((await signUp('new1')).statusCode, 201)
  t.equal((await signUp('new2', { remoteAddress: '::ffff:127.0.0.1' })).statusCode, 201)
  await raise(100)
  const refused = await signUp('newest')
  t.equal(refused.statusCode, 429)
  t.ok(Number(refused.headers['retry-after']) > 0)
  t.equal((await signUp('newest', { remoteAddress: addressOf(12) })).statusCode, 201)
})

t.test('refresh is limited loosely, by action and form together', async (t) => {
  const payload = 'grant_type=refresh_token&refresh_token=none'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const byForm = () => call('POST /login', { payload, headers })
  t.equal((await byForm()).statusCode, 400)
  const before = await cell(stores.database, 'select level from holdfast_limit')
  const json = { refresh_token: 'none' }
  t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
  t.equal(await cell(stores.database, 'select count(*)::int from holdfast_limit'), 1)
  t.equal(before, 1)
  await execute(stores.database, `update holdfast_limit set level = 300, at = now()`)
  await pass(-3600)
  t.equal((await byForm()).statusCode, 429)
  t.equal((await call('POST /actions/refresh', { json })).statusCode, 429)
})

t.test('what is counted is kept under no name and no address', async (t) => {
  await tryLogin('tim', WRONG, { remoteAddress: '203.0.113.77' })
  const kept = await cell(stores.database, 'select json_agg(l)::text from holdfast_limit l')
  t.match(kept, /"key":"[\w-]{43}"/)
  t.notMatch(kept, /tim"|203\.0\.113|wrong/)
  const told = await cell(
    stores.database,
    `select count(*)::int from holdfast_log where resource like 'holdfast%'`,
  )
  t.equal(told, 0)
})

t.test('a refusal is logged as one, without a password', async (t) => {
  await spend(FEW, () => tryLogin('tim', WRONG))
  const before = messenger.log.length
  await tryLogin('tim', WRONG)
  const lines = messenger.log.slice(before).join('\n')
  t.match(lines, '"code":"too_many_requests"')
  t.notMatch(lines, WRONG)
})

t.test('while the counts are away nobody is let in', async (t) => {
  await stores.database.script('alter table holdfast_limit rename to away')
  const statuses = [await tryLogin('tim', PASSWORD), await tryForm('tim', PASSWORD)]
  const read = await call('GET /actions/message-count')
  await stores.database.script('alter table away rename to holdfast_limit')
  t.ok(statuses.every((status) => status >= 500))
  t.equal(read.statusCode, 200, 'what is not limited goes on')
})

/** Two servers on one database, with one key. */
async function openTwo(t: Test) {
  const opened = await openTestDatabase(t)
  // It is there until the last of them is gone.
  const database = { ...opened, close: () => Promise.resolve() }
  const config = { ...readConfig({}), tokenKeys: generateTokenKey(), logLevel: 'silent' as const }
  const open = async () => {
    const onError = (error: unknown): void => void t.error(error)
    const stores = await openStoresOn(database, { registry: all, onError })
    const made = await openMessenger(config, { stores })
    t.teardown(() => made.close())
    return made
  }
  const servers = [await open(), await open()] as const
  await servers[0].seed()
  return { servers, open }
}

t.test('several servers count together, and a new one goes on counting', async (t) => {
  const { servers, open } = await openTwo(t)
  const json = { username: 'admin', password: WRONG }
  const statuses = []
  for (let at = 0; at <= FEW; at += 1) {
    const server = servers[at % 2 === 0 ? 0 : 1]
    statuses.push((await server.http.inject(injected('POST /actions/login', json))).statusCode)
  }
  t.same(statuses, [...Array<number>(FEW).fill(401), 429])
  const restarted = await open()
  const { statusCode } = await restarted.http.inject(injected('POST /actions/login', json))
  t.equal(statusCode, 429)
})

t.test('behind a trusted balancer each client has its own count', async (t) => {
  const behind = await openTestMessenger(t, { areLimitsKept: true, trustProxy: ['127.0.0.1'] })
  const forwarded = (address: string) => ({
    at: behind,
    headers: { 'x-forwarded-for': `198.51.100.200, ${address}` },
  })
  await spend(FEW, () => tryLogin('tim', WRONG, forwarded('203.0.113.5')))
  t.equal(await tryLogin('tim', WRONG, forwarded('203.0.113.5')), 429)
  t.equal(await tryLogin('tim', WRONG, forwarded('203.0.113.6')), 401)
})
