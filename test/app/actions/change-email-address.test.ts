/** Tests change-email-address.ts by requests: who has stolen a session gets neither at the address nor, by it, at the account. */
import t from 'tap'
import { openMailedMessenger, SUBJECTS } from '../../kit/mailed-messenger.ts'
import { PASSWORD } from '../../kit/messenger.ts'

const messenger = await openMailedMessenger(t)
const { call, confirm, countOf, mailTo, recoveryToken, signUp } = messenger
const change = (as: string | undefined, json: object) =>
  call('POST /actions/change-email-address', { as, json })
const itemOf = async ({ key, token: as }: { key: string; token: string }) =>
  (await call(`GET /actions/user/${key}`, { as })).json<{ item: object }>().item
const login = async (username: string, password: string) =>
  (await call('POST /actions/login', { json: { username, password } })).statusCode
const recover = (email_address: string) =>
  call('POST /actions/recover-password', { json: { email_address } })

t.test('a stolen access token does not lead to the account by its recovery', async (t) => {
  const tim = await signUp('tim', { email_address: 'tim@example.org' })
  await confirm('tim@example.org')
  const thief = 'thief@evil.example'
  const { token: stolen } = tim
  const path = `PATCH /actions/user/${tim.key}`
  for (const name of ['email_address', 'confirmed_address']) {
    const patch = await call(path, { as: stolen, json: { item: { [name]: thief } } })
    t.match(patch.json(), { status: 400, errors: [{ pointer: `/item/${name}` }] })
  }
  const edits = [{ update_item: { id: tim.key, email_address: thief } }]
  const batch = await call('PATCH /actions/user-batch', { as: stolen, json: { edits } })
  t.match(batch.json(), [{ success: false, code: 'invalid' }])
  for (const password of [`${PASSWORD}s`, 'tim']) {
    const refused = await change(stolen, { password, email_address: thief })
    t.match(refused.json(), { status: 400, errors: [{ pointer: '/password' }] })
  }
  t.equal((await change(stolen, { email_address: thief })).statusCode, 400)
  t.match(await itemOf(tim), { email_address: 'tim@example.org' })
  t.equal((await recover(thief)).statusCode, 202)
  // Jobs of one name are begun in turn: what would have been mailed to the thief came before.
  await recoveryToken('tim@example.org')
  t.equal(countOf(thief, SUBJECTS.recovery), 0)
  t.equal(countOf(thief, SUBJECTS.confirmation), 0)
  t.equal(await login('tim', PASSWORD), 200)
})

t.test('an admin moves nobody’s address either', async (t) => {
  const { key } = await signUp('bob')
  const { access_token: as } = await messenger.login('admin')
  const json = { item: { email_address: 'admin@example.org' } }
  t.equal((await call(`PATCH /actions/user/${key}`, { as, json })).statusCode, 400)
})

t.test('an address that nobody has confirmed recovers nothing', async (t) => {
  await signUp('dan', { email_address: 'mistyped@example.org' })
  await signUp('eve', { email_address: 'eve@example.org' })
  await confirm('eve@example.org')
  t.equal((await recover('mistyped@example.org')).statusCode, 202)
  await recoveryToken('eve@example.org')
  t.equal(countOf('mistyped@example.org', SUBJECTS.recovery), 0)
})

t.test('who knows the password changes it, and the old address is told', async (t) => {
  const ann = await signUp('ann', { email_address: 'old@example.org' })
  await confirm('old@example.org')
  const json = { password: PASSWORD, email_address: 'New@Example.org' }
  t.equal((await change(undefined, json)).statusCode, 401)
  t.equal((await change(ann.token, json)).statusCode, 204)
  t.match(await mailTo('old@example.org', SUBJECTS.addressNotice), /“ann” has another/)
  const addresses = { email_address: 'new@example.org', confirmed_address: 'old@example.org' }
  t.match(await itemOf(ann), addresses, 'the old one is good until the new one is confirmed')
  t.ok(await recoveryToken('old@example.org'))
  await confirm('new@example.org')
  t.match(await itemOf(ann), { confirmed_address: 'new@example.org' })
  t.ok(await recoveryToken('new@example.org'))
  t.equal(countOf('old@example.org', SUBJECTS.recovery), 1)

  const { access_token: as } = await messenger.login('admin')
  const query = `kind__eq=email_address_changed&subject_id__eq=${ann.key}`
  const events = await call(`GET /actions/security-event-search?${query}`, { as })
  const told = events.json<{ results: { item: object }[] }>().results
  t.match(told, [{ item: { actor_id: ann.key, address: '127.0.0.1' } }])
  t.equal(told.length, 1)
})

t.test('an address that is removed recovers nothing any more', async (t) => {
  const cyd = await signUp('cyd', { email_address: 'cyd@example.org' })
  await confirm('cyd@example.org')
  const token = await recoveryToken('cyd@example.org')
  t.equal((await change(cyd.token, { password: PASSWORD, email_address: null })).statusCode, 204)
  t.match(await mailTo('cyd@example.org', SUBJECTS.addressNotice), /was removed/)
  t.match(await itemOf(cyd), { email_address: null, confirmed_address: null })
  const json = { token, password: 'no loud red chair' }
  t.equal((await call('POST /actions/reset-password', { json })).statusCode, 400)
  t.equal(await login('cyd', PASSWORD), 200)
})

t.test('what is no address is refused', async (t) => {
  const { token: as } = await signUp('fay')
  for (const email_address of ['', 'fay', 'a@b.c\r\nBcc: d@e.f', 7, undefined]) {
    const answer = await change(as, { password: PASSWORD, email_address })
    t.equal(answer.statusCode, 400, String(email_address))
  }
})
