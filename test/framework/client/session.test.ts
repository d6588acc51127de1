/** Tests session.ts. */
import t from 'tap'
import { ProblemError, unreachable } from '../../../framework/client/problem-error.ts'
import {
  createSession,
  memoryStorage,
  type TokenAnswer,
  type TokenStorage,
} from '../../../framework/client/session.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

const answer = (name: string): TokenAnswer => ({
  access_token: `access-${name}`,
  refresh_token: `refresh-${name}`,
  expires_in: 900,
})

/** @param shared a storage that other pages have, too */
function open(trade: (token: string) => Promise<TokenAnswer>, shared?: TokenStorage) {
  const storage = shared ?? memoryStorage()
  const clock = createManualClock()
  const told: unknown[] = []
  const session = createSession({
    timing: { clock, random: () => 0 },
    storage,
    isShared: shared !== undefined,
    name: 'tokens',
    trade,
    onLoggedOut: (error) => told.push(error),
  })
  return { clock, told, session, storage }
}

t.test('nobody has no token', async (t) => {
  const { session } = open(() => Promise.reject(new RangeError('Nobody trades.')))
  t.equal(await session.token(), undefined)
  t.equal(await session.renew('x'), undefined)
  t.equal(session.isLoggedIn(), false)
  session.end()
})

t.test('a token is renewed before it ends, once for all who ask', async (t) => {
  const traded: string[] = []
  const { session, clock } = open(async (token) => {
    traded.push(token)
    return answer(String(traded.length + 1))
  })
  session.start(answer('1'))
  t.equal(await session.token(), 'access-1')
  clock.advance(809_000)
  t.equal(await session.token(), 'access-1')
  clock.advance(1_000)
  t.same(await Promise.all([session.token(), session.token(), session.renew('access-1')]), [
    'access-2',
    'access-2',
    'access-2',
  ])
  t.equal(await session.renew('access-1'), 'access-2', 'has been renewed already')
  t.same(traded, ['refresh-1'])
})

t.test('where pages have no locks one client still trades a token once', async (t) => {
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true })
  t.teardown(() => Reflect.deleteProperty(navigator, 'locks'))
  let trades = 0
  const { session } = open(async () => answer(String(++trades + 1)), memoryStorage())
  session.start(answer('1'))
  await Promise.all([session.renew('access-1'), session.renew('access-1')])
  t.equal(trades, 1)
})

t.test('a refusal logs out, and tells', async (t) => {
  const refusal = new ProblemError({ type: '/problems/unauthenticated', status: 401 })
  const { session, told, storage } = open(() => Promise.reject(refusal))
  let changes = 0
  const stop = session.onChange(() => changes++)
  session.start(answer('1'))
  await t.rejects(session.renew('access-1'), { name: 'ProblemError', status: 401 })
  t.equal(session.isLoggedIn(), false)
  t.same(told, [refusal])
  t.equal(changes, 2)
  t.equal(storage.getItem('tokens'), null)
  stop()
  session.start(answer('2'))
  t.equal(changes, 2)
})

t.test('a server that is away is no refusal: the token is used while it is good', async (t) => {
  const { session, told, clock } = open(() => Promise.reject(unreachable('Away.')))
  session.start(answer('1'))
  clock.advance(850_000)
  t.equal(await session.token(), 'access-1')
  clock.advance(50_000)
  await t.rejects(session.token(), { name: 'ProblemError', status: 0 })
  t.equal(session.isLoggedIn(), true)
  t.same(told, [])
})

t.test('who logs in meanwhile keeps the new tokens', async (t) => {
  const trading = Promise.withResolvers<TokenAnswer>()
  const { session, told } = open(() => trading.promise)
  session.start(answer('1'))
  const renewed = session.renew('access-1')
  await new Promise(setImmediate)
  session.start(answer('other'))
  trading.resolve(answer('2'))
  t.equal(await renewed, 'access-other')
  t.same(told, [])
})

t.test('pages that share a storage share the login, and trade a token once', async (t) => {
  const storage = memoryStorage()
  let trades = 0
  const trade = async () => answer(String(++trades + 1))
  let read = (): string | null => storage.getItem('tokens')
  // What one page has stored reaches the other later.
  const late = { ...storage, getItem: () => read() }
  const [{ session: one, clock }, { session: other }] = [open(trade, storage), open(trade, late)]
  one.start(answer('1'))
  const before = read()
  read = () => before
  const renewed = one.renew('access-1')
  const later = other.renew('access-1')
  t.equal(await renewed, 'access-2')
  clock.advance(999)
  await new Promise(setImmediate)
  read = () => storage.getItem('tokens')
  clock.advance(1)
  t.equal(await later, 'access-2')
  t.equal(trades, 1)
  storage.setItem('tokens', '{')
  t.equal(one.isLoggedIn(), false, 'what is no token is none')
})
