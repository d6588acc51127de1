/** Tests second-factor-confirm.ts by requests. */
import t from 'tap'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'
import { beginFactor } from '../../kit/second-factor.ts'
import { totpCode } from '../../kit/totp-code.ts'

const clock = { ms: Date.now() }
const messenger = await openTestMessenger(t, { areLimitsKept: true }, { now: () => clock.ms })
const { call } = messenger
const confirm = (as: string | undefined, json: object) =>
  call('POST /actions/second-factor-confirm', { as, json })

t.test('a code of the app confirms, and recovery codes are answered once', async (t) => {
  const { token: as } = await messenger.signUp('tim')
  t.equal((await confirm(undefined, { code: '123456' })).statusCode, 401)
  t.equal((await confirm(as, { code: '123456' })).statusCode, 409, 'nothing was begun')
  const code = totpCode(await beginFactor(call, as, PASSWORD), clock.ms)
  const wrong = [code === '123456' ? '123457' : '123456', 'x', '', '7K3M-Q0ZD-9W2A-HXNE']
  for (const typed of wrong) {
    const { body } = await confirm(as, { code: typed })
    t.match(JSON.parse(body), { status: 400, errors: [{ pointer: '/code' }] }, typed)
  }
  t.ok(await messenger.login('tim'), 'nothing has changed')
  const confirmed = await confirm(as, { code })
  t.equal(confirmed.statusCode, 200)
  t.equal(confirmed.headers['cache-control'], 'no-store')
  const { recovery_codes: codes } = confirmed.json<{ recovery_codes: string[] }>()
  t.equal(new Set(codes).size, 10)
  t.equal((await confirm(as, { code })).statusCode, 409, 'once')
  t.equal((await call('GET /actions/message-count', { as })).statusCode, 200, 'sessions go on')
})

t.test('a code can’t be found by trying', async (t) => {
  const { token: as } = await messenger.signUp('eve')
  await beginFactor(call, as, PASSWORD)
  const statuses = []
  for (let at = 0; at < 11; at += 1) {
    const sent = { as, json: { code: 'none' }, remoteAddress: `192.0.2.${String(at)}` }
    statuses.push((await call('POST /actions/second-factor-confirm', sent)).statusCode)
  }
  t.same(statuses, [...Array.from({ length: 10 }, () => 400), 429])
})
