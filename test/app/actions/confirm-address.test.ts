/** Tests confirm-address.ts by requests: an address is asked whenever an account gets it, and confirmed by its mail alone. */
import t from 'tap'
import { openMailedMessenger, SUBJECTS, tokenIn } from '../../kit/mailed-messenger.ts'
import { PASSWORD } from '../../kit/messenger.ts'

const { call, signUp, mailTo, recoveryToken } = await openMailedMessenger(t)
const confirm = (token: string) => call('POST /actions/confirm-address', { json: { token } })

/** Waits for the mail that asks an address. @returns the token in its link */
const askedToken = async (address: string) => tokenIn(await mailTo(address, SUBJECTS.confirmation))

const tim = await signUp('tim', { email_address: 'Tim@example.org' })
const path = `/actions/user/${tim.key}`
const itemFor = async (as?: string) =>
  (await call(`GET ${path}`, { as })).json<{ item: object }>().item

t.test('who reads the mail confirms the address, once', async (t) => {
  const token = await askedToken('tim@example.org')
  t.match(await itemFor(tim.token), { confirmed_address: null })
  t.equal((await confirm(token)).statusCode, 204)
  t.match(await itemFor(tim.token), { confirmed_address: 'tim@example.org' })
  t.notOk('confirmed_address' in (await itemFor()), 'for nobody else to see')
  t.match((await confirm(token)).json(), { status: 400, errors: [{ pointer: '/token' }] })
})

t.test('nobody says by itself that an address is confirmed', async (t) => {
  const json = { item: { confirmed_address: 'else@example.org' } }
  t.equal((await call(`PATCH ${path}`, { as: tim.token, json })).statusCode, 400)
})

t.test('another address is asked anew, and what was asked of the one before is void', async (t) => {
  const move = (email_address: string) =>
    call('POST /actions/change-email-address', {
      as: tim.token,
      json: { password: PASSWORD, email_address },
    })
  await move('first@example.org')
  const first = await askedToken('first@example.org')
  await move('second@example.org')
  t.equal((await confirm(first)).statusCode, 400)
  t.match(await itemFor(tim.token), { confirmed_address: 'tim@example.org' })
  const recovery = await recoveryToken('tim@example.org')
  t.equal((await confirm(await askedToken('second@example.org'))).statusCode, 204)
  t.match(await itemFor(tim.token), { confirmed_address: 'second@example.org' })
  const json = { token: recovery, password: 'no loud red chair' }
  const reset = await call('POST /actions/reset-password', { json })
  t.match(reset.json(), { status: 400, errors: [{ pointer: '/token' }] }, 'so is its recovery')
})

t.test('what is no token is refused', async (t) => {
  for (const token of ['x', 'A'.repeat(43), "' or 1=1 --"]) {
    t.match((await confirm(token)).json(), { status: 400, errors: [{ pointer: '/token' }] })
  }
  t.equal((await call('POST /actions/confirm-address', { json: {} })).statusCode, 400)
})
