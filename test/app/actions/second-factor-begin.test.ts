/** Tests second-factor-begin.ts by requests. */
import t from 'tap'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'
import { addFactor, beginFactor } from '../../kit/second-factor.ts'
import { totpCode } from '../../kit/totp-code.ts'

const clock = { ms: Date.now() }
const messenger = await openTestMessenger(t, { areLimitsKept: true }, { now: () => clock.ms })
const { call } = messenger
const begin = (as: string | undefined, json: object) =>
  call('POST /actions/second-factor-begin', { as, json })

t.test('a secret is answered for the password, and never cached', async (t) => {
  const { token: as } = await messenger.signUp('tim')
  t.equal((await begin(undefined, { password: PASSWORD })).statusCode, 401)
  for (const json of [{ password: `${PASSWORD}s` }, { password: '' }, {}]) {
    const { body } = await begin(as, json)
    t.match(JSON.parse(body), { status: 400, errors: [{ pointer: '/password' }] })
  }
  const begun = await begin(as, { password: PASSWORD })
  t.equal(begun.headers['cache-control'], 'no-store')
  const { secret, uri } = begun.json<{ secret: string; uri: string }>()
  t.match(secret, /^[A-Z2-7]{32}$/)
  const { protocol, pathname, searchParams } = new URL(uri)
  t.equal(protocol, 'otpauth:')
  t.equal(decodeURIComponent(pathname), '/Holdfast messenger:tim')
  t.equal(searchParams.get('secret'), secret)
  t.ok(await messenger.login('tim'), 'it does not count before it is confirmed')
})

t.test('beginning anew forgets what was begun, not what was confirmed', async (t) => {
  const { token: as } = await messenger.signUp('ann')
  const first = await beginFactor(call, as, PASSWORD)
  const second = await beginFactor(call, as, PASSWORD)
  t.not(first, second)
  const code = totpCode(first, clock.ms)
  const confirmed = await call('POST /actions/second-factor-confirm', { as, json: { code } })
  t.equal(confirmed.statusCode, 400, 'the first is good no more')
  const factor = await addFactor(call, clock, { token: as, password: PASSWORD })
  t.equal((await begin(as, { password: PASSWORD })).statusCode, 409)
  const json = { username: 'ann', password: PASSWORD, code: factor.next() }
  t.equal((await call('POST /actions/login', { json })).statusCode, 200, 'it is as it was')
})

t.test('who is logged in can’t find the password by trying', async (t) => {
  const { token: as } = await messenger.signUp('eve')
  const statuses = []
  for (let at = 0; at < 11; at += 1) {
    const json = { password: `wrong ${String(at)}` }
    const remoteAddress = `192.0.2.${String(at)}`
    const sent = { as, json, remoteAddress }
    statuses.push((await call('POST /actions/second-factor-begin', sent)).statusCode)
  }
  t.same(statuses, [...Array.from({ length: 10 }, () => 400), 429])
})
