/** Tests second-factor-revoke.ts by requests: an admin lets in again who has lost everything, and nobody else does. */
import t from 'tap'
import { ADMIN_KEY, openTestMessenger, PASSWORD } from '../../kit/messenger.ts'
import { addFactor, beginFactor } from '../../kit/second-factor.ts'
import { numberedId } from '../../kit/stores.ts'

const clock = { ms: Date.now() }
const messenger = await openTestMessenger(t, {}, { now: () => clock.ms })
const { call, signUp } = messenger
const admin = (await messenger.login('admin')).access_token
const revoke = (as: string | undefined, json: object) =>
  call('POST /actions/second-factor-revoke', { as, json })
const asAdmin = (user_id: string) => revoke(admin, { user_id, password: 'Password123!' })
const login = async (username: string) =>
  (await call('POST /actions/login', { json: { username, password: PASSWORD } })).statusCode

t.test('an admin takes it away by its own password, and it is written down', async (t) => {
  const tim = await signUp('tim')
  await addFactor(call, clock, { ...tim, password: PASSWORD })
  t.equal(await login('tim'), 401)
  const ann = await signUp('ann')
  const json = { user_id: tim.key, password: PASSWORD }
  t.equal((await revoke(undefined, json)).statusCode, 401)
  for (const as of [tim.token, ann.token]) t.equal((await revoke(as, json)).statusCode, 403)
  t.match((await revoke(admin, json)).json(), { status: 400, errors: [{ pointer: '/password' }] })
  t.equal(await login('tim'), 401, 'none of them did')

  t.equal((await asAdmin(tim.key)).statusCode, 204)
  t.equal(await login('tim'), 200)
  const query = `kind__eq=second_factor_removed&subject_id__eq=${tim.key}`
  const events = await call(`GET /actions/security-event-search?${query}`, { as: admin })
  const told = events.json<{ results: object[] }>().results
  t.match(told, [{ item: { actor_id: ADMIN_KEY, address: '127.0.0.1' } }])
  t.equal(told.length, 1)
})

t.test('where there is none, nothing is taken away or written down', async (t) => {
  const bob = await signUp('bob')
  t.equal((await asAdmin(bob.key)).statusCode, 404)
  await beginFactor(call, bob.token, PASSWORD)
  t.equal((await asAdmin(bob.key)).statusCode, 404, 'nor one that does not count yet')
  t.equal((await asAdmin(numberedId(999))).statusCode, 404)
  t.equal((await asAdmin('bob')).statusCode, 400)
  const query = `kind__eq=second_factor_removed&subject_id__eq=${bob.key}`
  const events = await call(`GET /actions/security-event-count?${query}`, { as: admin })
  t.match(events.json(), { count: 0 })
})

t.test('its own an admin removes as everybody does', async (t) => {
  t.equal((await asAdmin(ADMIN_KEY)).statusCode, 403)
})
