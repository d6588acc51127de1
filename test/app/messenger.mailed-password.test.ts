/** That who signs up without a password gets one by mail, which is stored nowhere and lets in once, with another that it chooses. */
import t from 'tap'
import { createClient } from '../../framework/client/index.ts'
import type { Api } from '../../app/api.ts'
import { openMailedMessenger, SUBJECTS } from '../kit/mailed-messenger.ts'
import { openTestMessenger, PASSWORD, type Call } from '../kit/messenger.ts'
import { cell } from '../kit/sql.ts'

const NEW = 'no loud red chair'
const DAY_MS = 24 * 3_600_000
let aheadMs = 0
const messenger = await openMailedMessenger(t, {}, { now: () => Date.now() + aheadMs })
const { call, mailTo, countOf, recoveryToken } = messenger

const signUp = (account: object, sent: Call = {}) =>
  call('POST /actions/sign-up', { ...sent, json: account })
const login = (username: string, password: string, new_password?: string) =>
  call('POST /actions/login', { json: { username, password, new_password } })

/** The password in a letter. */
const passwordIn = (text: string): string => /^ {4}(\S+)$/m.exec(text)?.[1] ?? ''

/** Signs up without a password. @returns the one that was mailed */
async function mailedPassword(username: string): Promise<string> {
  const email_address = `${username}@example.org`
  t.equal((await signUp({ username, email_address })).statusCode, 201)
  return passwordIn(await mailTo(email_address, SUBJECTS.firstPassword))
}

t.test('the mailed password lets in once, with another in its place', async (t) => {
  const mailed = await mailedPassword('tim')
  t.ok(mailed.length >= 22, 'of 128 bits or more')
  const must = await login('tim', mailed)
  t.match(must.json(), {
    status: 401,
    type: '/problems/unauthenticated',
    errors: [{ pointer: '/new_password' }],
  })
  t.match((await login('tim', mailed, 'password1')).json(), {
    status: 400,
    errors: [{ pointer: '/new_password' }],
  })
  const logged = await login('tim', mailed, NEW)
  t.equal(logged.statusCode, 200)
  const { access_token: as } = logged.json<{ access_token: string }>()
  const page = await call('GET /actions/user-search?username__eq=tim', { as })
  t.match(page.json(), { results: [{ item: { confirmed_address: 'tim@example.org' } }] })
  t.equal(countOf('tim@example.org', SUBJECTS.confirmation), 0, 'the login has confirmed it')
  t.equal((await login('tim', mailed, `${NEW} too`)).statusCode, 401, 'once')
  t.equal((await login('tim', NEW)).statusCode, 200)
})

t.test('of two that come with it at the same moment one gets in', async (t) => {
  const mailed = await mailedPassword('ann')
  const answers = await Promise.all([login('ann', mailed, NEW), login('ann', mailed, `${NEW} too`)])
  t.same(answers.map(({ statusCode }) => statusCode).toSorted(), [200, 401])
})

t.test('it is good for seven days, and after them told like a wrong one', async (t) => {
  const mailed = await mailedPassword('bob')
  aheadMs = 7 * DAY_MS + 60_000
  const late = await login('bob', mailed, NEW)
  const wrong = await login('bob', 'another password', NEW)
  t.same([late.statusCode, late.body], [401, wrong.body])
  const token = await recoveryToken('bob@example.org')
  const json = { token, password: NEW }
  t.equal((await call('POST /actions/reset-password', { json })).statusCode, 204)
  t.equal((await login('bob', NEW)).statusCode, 200)
  t.ok(await recoveryToken('bob@example.org'), 'who reads the mail has confirmed the address')
  aheadMs = 0
})

t.test('who has chosen a password brings no new one by logging in', async (t) => {
  await signUp({ username: 'cyd', password: PASSWORD })
  const answer = await login('cyd', PASSWORD, NEW)
  t.match(answer.json(), { status: 400, errors: [{ pointer: '/new_password' }] })
  t.equal((await login('cyd', PASSWORD)).statusCode, 200)
  t.equal((await login('cyd', 'wrong', NEW)).statusCode, 401, 'who does not know it learns nothing')
})

t.test('without a password there must be an address, and a name that is free', async (t) => {
  t.match((await signUp({ username: 'dan' })).json(), {
    status: 400,
    errors: [{ pointer: '/email_address' }],
  })
  await signUp({ username: 'dan', password: PASSWORD })
  const email_address = 'dan@example.org'
  t.equal((await signUp({ username: 'dan', email_address })).statusCode, 409)
  const headers = { 'idempotency-key': 'eve' }
  const json = { username: 'eve', email_address: 'eve@example.org' }
  const answers = [await signUp(json, { headers }), await signUp(json, { headers })]
  t.same(
    answers.map(({ statusCode }) => statusCode),
    [201, 201],
  )
  await mailTo('eve@example.org', SUBJECTS.firstPassword)
  await mailedPassword('fay')
  t.equal(countOf('eve@example.org', SUBJECTS.firstPassword), 1, 'repeated, it is mailed once')
  t.equal(countOf(email_address, SUBJECTS.firstPassword), 0)
})

t.test('it is in no table and no log', async (t) => {
  const mailed = await mailedPassword('gil')
  await login('gil', mailed)
  await messenger.caughtUp()
  const tables = ['holdfast_log', 'holdfast_outbox', 'holdfast_idempotency', 'holdfast_limit']
  for (const table of [...tables, 'security_event', 'user', 'holdfast_jobs.job']) {
    const name = table.includes('.') ? table : `"${table}"`
    const rows = `select coalesce(string_agg(row::text, ' '), '') from ${name} row`
    const text = String(await cell(messenger.stores.database, rows))
    t.notOk(text.includes(mailed), `not in ${table}`)
  }
  t.notOk(messenger.log.join('\n').includes(mailed), 'nor in the log')
})

t.test('the typed client brings the new one along', async (t) => {
  const mailed = await mailedPassword('hal')
  const url = await messenger.listen({ host: '127.0.0.1', port: 0 })
  const client = createClient<Api>({ url })
  t.teardown(() => client.close())
  const refused = { status: 401, errors: [{ pointer: '/new_password' }] }
  await t.rejects(client.login('hal', mailed), refused)
  await client.login('hal', mailed, { newPassword: NEW })
  t.ok(client.isLoggedIn())
})

t.test('without a mail server it is shown in the inbox of development', async (t) => {
  const development = await openTestMessenger(t)
  const json = { username: 'ivy', email_address: 'ivy@example.org' }
  t.equal((await development.call('POST /actions/sign-up', { json })).statusCode, 201)
  const url = await development.listen({ host: '127.0.0.1', port: 0 })
  let mails: readonly { readonly text: string }[] = []
  while (mails.length === 0) {
    const shown = await fetch(`${url}/sent-mails.json`)
    mails = ((await shown.json()) as { readonly mails: typeof mails }).mails
  }
  const password = passwordIn(mails[0]?.text ?? '')
  const sent = { username: 'ivy', password, new_password: NEW }
  t.equal((await development.call('POST /actions/login', { json: sent })).statusCode, 200)
})

t.test('in production without one it is refused, whoever asks', async (t) => {
  const { call } = await openTestMessenger(t, { isProduction: true })
  for (const username of ['joe', 'admin']) {
    const json = { username, email_address: 'joe@example.org' }
    const answer = await call('POST /actions/sign-up', { json })
    t.match(answer.json(), { status: 503, detail: 'This server sends no mail. Ask who runs it.' })
  }
})
