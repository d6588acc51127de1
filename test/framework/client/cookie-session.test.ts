/** Tests cookie-session.ts: a login that the browser keeps, and pages that share it. */
import t from 'tap'
import { createCookieSession } from '../../../framework/client/cookie-session.ts'
import { ProblemError, unreachable } from '../../../framework/client/problem-error.ts'
import { memoryStorage, type TokenAnswer } from '../../../framework/client/session.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import { openScriptedClient, tokens } from '../../kit/scripted-client.ts'

const answer = (name: string, expires_in = 900): TokenAnswer => ({
  access_token: `access-${name}`,
  expires_in,
})
const refusal = new ProblemError({ type: '/problems/unauthenticated', status: 401 })

function open(trade: () => Promise<TokenAnswer>, storage = memoryStorage()) {
  const clock = createManualClock()
  const told: unknown[] = []
  const pages = new EventTarget()
  const closing = new AbortController()
  let changes = 0
  const session = createCookieSession({
    timing: { clock, random: () => clock.now() / 7 },
    storage,
    name: 'login',
    trade,
    onLoggedOut: (error) => told.push(error),
    pages,
    closing: closing.signal,
  })
  session.onChange(() => changes++)
  return { session, clock, told, storage, pages, closing, changes: () => changes }
}

t.test('nobody has no token, and nothing is traded', async (t) => {
  const { session } = open(() => Promise.reject(new RangeError('Nobody trades.')))
  t.equal(await session.token(), undefined)
  t.equal(session.isLoggedIn(), false)
})

t.test('the token is in memory, and a page that is loaded again asks for one', async (t) => {
  let trades = 0
  const trade = async () => answer(String(++trades), 900)
  const { session, storage, clock } = open(trade)
  session.start(answer('login'))
  t.equal(await session.token(), 'access-login')
  t.notMatch(storage.getItem('login'), /access/)

  const again = open(trade, storage).session
  t.equal(again.isLoggedIn(), true)
  t.same(await Promise.all([again.token(), again.token()]), ['access-1', 'access-1'])
  t.equal(trades, 1)
  clock.advance(810_000)
  t.equal(await session.token(), 'access-2', 'it is renewed before it ends')
  t.equal(await session.renew('access-login'), 'access-2', 'has been renewed already')
})

t.test('a refusal logs out, and tells; a server that is away does not', async (t) => {
  let error: Error = unreachable('Away.')
  const { session, told, changes } = open(() => Promise.reject(error))
  session.start(answer('1'))
  await t.rejects(session.renew('access-1'), { name: 'ProblemError', status: 0 })
  t.equal(session.isLoggedIn(), true)
  error = refusal
  await t.rejects(session.renew('access-1'), { name: 'ProblemError', status: 401 })
  t.equal(session.isLoggedIn(), false)
  t.same([told, changes()], [[refusal], 2])
})

t.test('a token that ends soon is used while the server is away, and not beyond', async (t) => {
  const { session, clock } = open(() => Promise.reject(unreachable('Away.')))
  session.start(answer('1'))
  clock.advance(850_000)
  t.equal(await session.token(), 'access-1')
  clock.advance(60_000)
  await t.rejects(session.token(), { name: 'ProblemError', status: 0 })
})

t.test('another login on another page is taken up, and so is a logout', async (t) => {
  const storage = memoryStorage()
  const mine = open(async () => answer('theirs'), storage)
  mine.session.start(answer('mine'))
  mine.clock.advance(1)
  const theirs = open(async () => answer('theirs'), storage)
  theirs.clock.advance(2)
  theirs.session.start(answer('theirs'))
  const tell = (key: string | null): void =>
    void mine.pages.dispatchEvent(Object.assign(new Event('storage'), { key }))
  tell('other')
  tell('login')
  t.equal(mine.changes(), 2)
  t.equal(await mine.session.token(), 'access-theirs')
  theirs.session.end()
  tell(null)
  t.same([mine.session.isLoggedIn(), await mine.session.token()], [false, undefined])
  mine.closing.abort()
  tell('login')
  t.equal(mine.changes(), 3, 'a closed client listens no more')
})

t.test('what is traded while somebody else logs in is thrown away', async (t) => {
  const { promise, resolve } = Promise.withResolvers<TokenAnswer>()
  const { session, clock } = open(() => promise)
  session.start(answer('1'))
  const renewed = session.renew('access-1')
  clock.advance(1)
  session.start(answer('other'))
  resolve(answer('2'))
  t.equal(await renewed, 'access-other')
})

t.test('a client asks for cookies, and sends no refresh token', async (t) => {
  const storage = memoryStorage()
  const options = { storage, isCookieSession: true }
  const { client, server } = await openScriptedClient(t, options)
  server.answer = ({ line }) => ({ body: line.endsWith('count') ? { count: 1 } : tokens('1') })
  await client.login('ann', 'secret')
  const again = await openScriptedClient(t, options)
  t.equal(again.client.isLoggedIn(), false, 'another server')
  await client.refresh()
  await client.message.count()
  await client.logout()
  t.match(server.requests.all, [
    { line: 'POST /actions/login', headers: { 'holdfast-session': 'cookie' } },
    { line: 'POST /actions/refresh', headers: { 'holdfast-session': 'cookie' }, body: {} },
    { line: 'GET /actions/message-count', headers: { authorization: 'Bearer access-1' } },
    {
      line: 'POST /actions/logout',
      headers: { 'holdfast-session': 'cookie', authorization: 'Bearer access-1' },
    },
  ])
  t.same(server.requests.all[1]?.body, {})
  t.equal(client.isLoggedIn(), false)
})
