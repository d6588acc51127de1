/** That who is logged in sees its sessions, ends any of them, and never meets those of others. */
import t from 'tap'
import { openTestMessenger } from '../kit/messenger.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'

const messenger = await openTestMessenger(t)
const { call } = messenger

interface Listed {
  readonly results: readonly {
    readonly key: string
    readonly item: Readonly<Record<string, string>>
  }[]
}

async function sessionsOf(as: string): Promise<Listed['results']> {
  const line = 'GET /actions/session-search?search_order=created_at'
  return (await call(line, { as })).json<Listed>().results
}

t.test('a session is known by device and address, which a refresh brings up to date', async (t) => {
  const tim = await messenger.signUp('tim')
  const [made] = await sessionsOf(tim.token)
  t.match(made?.item, { user_id: tim.key, device: 'lightMyRequest', address: '127.0.0.1' })
  const refreshed = await call('POST /actions/refresh', {
    json: { refresh_token: tim.refreshToken },
    headers: { 'user-agent': FIREFOX },
    remoteAddress: '192.0.2.9',
  })
  const { access_token: as } = refreshed.json<{ access_token: string }>()
  const [used, ...others] = await sessionsOf(as)
  t.same(others, [])
  t.match(used, { key: made?.key, item: { device: 'Firefox on Linux', address: '192.0.2.9' } })
})

t.test('who logs in by form has a session like any other', async (t) => {
  const payload = 'grant_type=password&username=admin&password=Password123!'
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'curl/8' }
  const { access_token: as } = (await call('POST /login', { payload, headers })).json<{
    access_token: string
  }>()
  t.match(await sessionsOf(as), [{ item: { device: 'curl', address: '127.0.0.1' } }])
})

t.test('the owner ends a session elsewhere; its tokens are worth nothing', async (t) => {
  const ann = await messenger.signUp('ann')
  const elsewhere = await messenger.login('ann')
  const [, other] = await sessionsOf(ann.token)
  const path = `/actions/session/${other?.key ?? ''}`
  t.match((await call(`GET ${path}`, { as: ann.token })).json(), { deletable: true })
  t.equal((await call(`DELETE ${path}`, { as: ann.token })).statusCode, 204)
  await messenger.caughtUp()
  const read = await call(`GET /actions/user/${ann.key}`, { as: elsewhere.access_token })
  t.equal(read.statusCode, 401)
  const json = { refresh_token: elsewhere.refresh_token }
  t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
  t.equal((await call(`GET ${path}`, { as: ann.token })).statusCode, 404)
  t.equal((await sessionsOf(ann.token)).length, 1)
})

t.test(
  'sessions of others are not there: by key, filter, link, batch, count or event',
  async (t) => {
    const [eve, bob] = [await messenger.signUp('eve'), await messenger.signUp('bob')]
    const admin = (await messenger.login('admin')).access_token
    const [his] = await sessionsOf(bob.token)
    const key = his?.key ?? ''
    const listener = await messenger.connect(eve.token)
    t.match(await listener.ask({ type: 'Subscribe', payload: 'session' }), { type: 'Subscribed' })
    for (const as of [eve.token, admin]) {
      for (const line of [
        `GET /actions/session/${key}`,
        `DELETE /actions/session/${key}`,
        `GET /actions/session/${key}/user`,
      ]) {
        t.equal((await call(line, { as })).statusCode, 404, line)
      }
      const filters = [
        `id__eq=${key}`,
        `user_id__eq=${bob.key}`,
        `expires_at__exists=true&id__eq=${key}`,
      ]
      for (const filter of filters) {
        const counted = await call(`GET /actions/session-count?${filter}`, { as })
        t.same(counted.json(), { count: 0 }, filter)
      }
      t.same((await call(`GET /actions/session-batch?keys=${key}`, { as })).json(), [null])
      const edits = [{ delete_key: key }]
      const batch = await call('PATCH /actions/session-batch', { as, json: { edits } })
      t.match(batch.json(), [{ success: false, code: 'not_found' }])
    }
    for (const line of ['GET /actions/session-search', `GET /actions/session/${key}`]) {
      t.equal((await call(line)).statusCode, 401, line)
    }
    await call('POST /actions/refresh', { json: { refresh_token: bob.refreshToken } })
    const own = await messenger.login('eve')
    t.match(await listener.next(), { op: 'create', payload: { user_id: eve.key } }, 'only her own')
    t.ok(own)
  },
)
