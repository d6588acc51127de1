/** Tests sign-up.ts by requests. */
import t from 'tap'
import { signUpAction } from '../../../app/actions/sign-up.ts'
import { runExamples } from '../../kit/action-examples.ts'
import { openTestMessenger, PASSWORD } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
const signUp = (json: unknown, headers: Readonly<Record<string, string>> = {}) =>
  call('POST /actions/sign-up', { json, headers })
const count = () => messenger.stores.store('user').count()

t.test('its examples work', async (t) => {
  await runExamples(t, messenger, (accounts) => signUpAction(accounts, undefined))
})

t.test('who signs up is answered as everybody sees it', async (t) => {
  const account = { full_name: ' Ann  Example ', email_address: 'ann@example.org' }
  const response = await signUp({ username: 'ann', password: PASSWORD, ...account })
  t.equal(response.statusCode, 201)
  const { key, item, updatable } = response.json<{
    key: string
    item: object
    updatable: boolean
  }>()
  t.match(item, { id: key, username: 'ann', full_name: 'Ann Example', admin: false })
  t.notOk('email_address' in item, 'it is not logged in yet')
  t.equal(updatable, false)
  const as = (await messenger.login('ann')).access_token
  const own = await call(`GET /actions/user/${key}`, { as })
  t.match(own.json(), { item: { email_address: 'ann@example.org' }, updatable: true })
})

t.test('a name is taken once, however many ask for it at a time', async (t) => {
  const before = await count()
  const json = { username: 'bob', password: PASSWORD }
  const answers = await Promise.all(Array.from({ length: 5 }, () => signUp(json)))
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [201, 409, 409, 409, 409])
  t.match((await signUp(json)).json(), { status: 409, detail: /^This username is taken/ })
  t.equal(await count(), before + 1)
})

t.test('a repeated request makes one user', async (t) => {
  const before = await count()
  const headers = { 'idempotency-key': 'sign-up-1' }
  const json = { username: 'cyd', password: PASSWORD }
  const [first, again] = [await signUp(json, headers), await signUp(json, headers)]
  t.same([first.statusCode, again.statusCode], [201, 201])
  t.equal(again.headers['idempotent-replayed'], 'true')
  t.equal(again.body, first.body)
  t.equal((await signUp({ ...json, password: `${PASSWORD}s` }, headers)).statusCode, 409)
  t.equal(await count(), before + 1)
})

t.test('what is no good account is refused with its place, and nothing is written', async (t) => {
  const before = await count()
  const good = { username: 'dora', password: PASSWORD }
  const bad = [
    ['/username', { password: PASSWORD }],
    ['/username', { ...good, username: 'd' }],
    ['/username', { ...good, username: 'Dora' }],
    ['/username', { ...good, username: 'd\u00f6ra' }],
    ['/username', { ...good, username: 'dora ' }],
    ['/username', { ...good, username: '-dora' }],
    ['/username', { ...good, username: 'dora\n' }],
    ['/username', { ...good, username: 'd'.repeat(41) }],
    ['/username', { ...good, username: 'do\u0000ra' }],
    ['/username', { ...good, username: 7 }],
    ['/email_address', { username: 'dora' }],
    ['/password', { ...good, password: 'short' }],
    ['/password', { ...good, password: 'Password123!' }],
    ['/password', { username: 'doradora', password: 'doradora' }],
    ['/password', { ...good, password: 'x'.repeat(257) }],
    ['/password', { ...good, password: 'lamp \ud800 lamp' }],
    ['/full_name', { ...good, full_name: '' }],
    ['/full_name', { ...good, full_name: ' \u2003' }],
    ['/full_name', { ...good, full_name: 'x'.repeat(256) }],
    ['/full_name', { ...good, full_name: null }],
    ['/full_name', { ...good, full_name: 'a\u0000b' }],
    ['/email_address', { ...good, email_address: 'dora' }],
    ['/email_address', { ...good, email_address: `${'d'.repeat(250)}@x.org` }],
    ['/admin', { ...good, admin: true }],
    ['/id', { ...good, id: '00000000-0000-7000-8000-000000000001' }],
    ['/password_digest', { ...good, password_digest: 'x' }],
    ['/__proto__', JSON.parse(`{"username":"dora","password":"${PASSWORD}","__proto__":{}}`)],
  ] as const
  for (const [pointer, json] of bad) {
    const response = await signUp(json)
    t.equal(response.statusCode, 400, JSON.stringify(json).slice(0, 80))
    t.equal(response.json<{ errors?: { pointer: string }[] }>().errors?.[0]?.pointer, pointer)
    t.notMatch(response.body, PASSWORD)
  }
  t.equal(await count(), before)
})
