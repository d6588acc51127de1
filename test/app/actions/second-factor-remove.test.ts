/** Tests second-factor-remove.ts by requests. */
import t from 'tap'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'
import { addFactor } from '../../kit/second-factor.ts'

const clock = { ms: Date.now() }
const messenger = await openTestMessenger(t, { areLimitsKept: true }, { now: () => clock.ms })
const { call } = messenger
const remove = (as: string | undefined, json: object) =>
  call('POST /actions/second-factor-remove', { as, json })

t.test('the password and a code are asked, and then the password is enough', async (t) => {
  const tim = await messenger.signUp('tim')
  const { token: as } = tim
  const anything = { password: PASSWORD, code: '123456' }
  t.equal((await remove(undefined, anything)).statusCode, 401)
  t.equal((await remove(as, anything)).statusCode, 409, 'there is none')
  const factor = await addFactor(call, clock, { ...tim, password: PASSWORD })
  const used = factor.shown()
  const code = factor.next()
  const wrong = [
    ['/password', { password: 'another password', code }],
    ['/code', { password: PASSWORD, code: used }],
    ['/code', { password: PASSWORD, code: 'none' }],
    ['/code', { password: PASSWORD }],
  ] as const
  for (const [pointer, json] of wrong) {
    t.match((await remove(as, json)).json(), { status: 400, errors: [{ pointer }] })
  }
  t.equal((await remove(as, { password: PASSWORD, code })).statusCode, 204)
  t.ok(await messenger.login('tim'))
  const again = await addFactor(call, clock, { ...tim, password: PASSWORD })
  t.not(again.secret, factor.secret, 'another can be added')
})

t.test('a recovery code removes it too', async (t) => {
  const ann = await messenger.signUp('ann')
  const { recoveryCodes } = await addFactor(call, clock, { ...ann, password: PASSWORD })
  const json = { password: PASSWORD, code: recoveryCodes[3] }
  t.equal((await remove(ann.token, json)).statusCode, 204)
  t.ok(await messenger.login('ann'))
})

t.test('neither password nor code can be found by trying', async (t) => {
  const eve = await messenger.signUp('eve')
  await addFactor(call, clock, { ...eve, password: PASSWORD })
  const statuses = []
  for (let at = 0; at < 11; at += 1) {
    const json = { password: PASSWORD, code: `none ${String(at)}` }
    const sent = { as: eve.token, json, remoteAddress: `192.0.2.${String(at)}` }
    statuses.push((await call('POST /actions/second-factor-remove', sent)).statusCode)
  }
  t.same(statuses, [...Array.from({ length: 10 }, () => 400), 429])
})
