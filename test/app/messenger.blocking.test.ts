/** That an admin blocks and unblocks others, and what becomes of who is blocked. */
import t from 'tap'
import { ADMIN_KEY, openTestMessenger, PASSWORD } from '../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const admin = (await messenger.login('admin')).access_token
const block = async (as: string, key: string, blocked: boolean) =>
  (await call(`PATCH /actions/user/${key}`, { as, json: { item: { blocked } } })).statusCode
const login = (username: string, password: string) =>
  call('POST /actions/login', { json: { username, password } })
const statusOf = async (as: string) => (await call('GET /actions/message-count', { as })).statusCode

t.test('only an admin blocks, and only others', async (t) => {
  const [tim, ann] = [await messenger.signUp('tim'), await messenger.signUp('ann')]
  t.equal(await block(tim.token, ann.key, true), 403)
  t.equal(await block(tim.token, tim.key, true), 403)
  t.equal(await block(admin, ADMIN_KEY, true), 403)
  const mixed = { item: { full_name: 'A', blocked: true } }
  const sent = await call(`PATCH /actions/user/${ADMIN_KEY}`, { as: admin, json: mixed })
  t.equal(sent.statusCode, 403)
  t.equal(await statusOf(ann.token), 200)
})

t.test(
  'who is blocked is out at once, and is told why with the right password alone',
  async (t) => {
    const [eve, bob] = [await messenger.signUp('eve'), await messenger.signUp('bob')]
    const [socket, bystander] = [
      await messenger.connect(eve.token),
      await messenger.connect(bob.token),
    ]
    t.equal(await block(admin, eve.key, true), 200)
    t.equal(await socket.closed, 4401)
    t.equal(await statusOf(eve.token), 401)
    const json = { refresh_token: eve.refreshToken }
    t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
    const right = await login('eve', PASSWORD)
    t.match(right.json(), { status: 403, detail: 'This account is blocked.' })
    t.same((await login('eve', 'another lamp')).json(), (await login('nobody', PASSWORD)).json())
    const form = await call('POST /login', {
      payload: new URLSearchParams({
        grant_type: 'password',
        username: 'eve',
        password: PASSWORD,
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    t.match(form.json(), { status: 400, error: 'invalid_grant' })
    t.equal(await statusOf(bob.token), 200)
    t.match(await bystander.ask({ type: 'Ping' }), { type: 'Pong' }, 'others go on')

    t.equal(await block(admin, eve.key, false), 200)
    t.equal((await call('POST /actions/refresh', { json })).statusCode, 401, 'what ended stays so')
    const { access_token: again } = await messenger.login('eve')
    t.equal(await statusOf(again), 200)
  },
)

t.test('a token that a process meets for the first time is refused without the log', async (t) => {
  const { key } = await messenger.signUp('una')
  const { access_token: fresh } = await messenger.login('una')
  await messenger.stores.store('user').update(key, { blocked: true })
  t.equal(await statusOf(fresh), 401)
})

t.test('nobody but an admin learns who is blocked', async (t) => {
  const [max, ida] = [await messenger.signUp('max'), await messenger.signUp('ida')]
  const listener = await messenger.connect(ida.token)
  const payload = { channel: 'user', filter: { id: { eq: max.key } } }
  t.match(await listener.ask({ type: 'Subscribe', payload }), { type: 'Subscribed' })
  await block(admin, max.key, true)
  const event = await listener.next()
  t.match(event, { op: 'update', key: max.key })
  t.notMatch(JSON.stringify(event), /blocked/)
  for (const as of [undefined, ida.token]) {
    t.notMatch((await call(`GET /actions/user/${max.key}`, { as })).body, /blocked/)
    for (const query of ['blocked__eq=true', 'search_order=blocked']) {
      t.equal((await call(`GET /actions/user-search?${query}`, { as })).statusCode, 400)
    }
  }
  const seen = await call('GET /actions/user-search?blocked__eq=true', { as: admin })
  t.match(seen.json(), { results: [{ item: { blocked: true } }] })
})
