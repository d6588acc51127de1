/** Tests confirm-address.ts by requests: an address is asked whenever an account gets it, and confirmed by its mail alone. */
import t from 'tap'
import { parseSmtpUrl } from '../../../app/mail/smtp-url.ts'
import { openTestMessenger } from '../../kit/messenger.ts'
import { startSmtpServer } from '../../kit/smtp-server.ts'

// Its certificate is known to nobody.
const { port, arrived } = await startSmtpServer(t, { disabledCommands: ['STARTTLS'] })
const messenger = await openTestMessenger(t, {
  smtpServer: parseSmtpUrl(`smtp://localhost:${String(port)}`),
})
const { call, signUp } = messenger
const confirm = (token: string) => call('POST /actions/confirm-address', { json: { token } })

/** Waits for the mail that asks an address. @returns the token in its link */
async function askedToken(address: string): Promise<string> {
  const asked = () => arrived.all.filter(({ recipients }) => recipients.includes(address))
  await arrived.until(() => asked().length > 0)
  return /confirm#token=([\w-]+)/.exec(asked()[0]?.email.text ?? '')?.[1] ?? ''
}

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
    call(`PATCH ${path}`, { as: tim.token, json: { item: { email_address } } })
  await move('first@example.org')
  const first = await askedToken('first@example.org')
  await move('second@example.org')
  t.equal((await confirm(first)).statusCode, 400)
  t.match(await itemFor(tim.token), { confirmed_address: 'tim@example.org' })
  t.equal((await confirm(await askedToken('second@example.org'))).statusCode, 204)
  t.match(await itemFor(tim.token), { confirmed_address: 'second@example.org' })
})

t.test('what is no token is refused', async (t) => {
  for (const token of ['x', 'A'.repeat(43), "' or 1=1 --"]) {
    t.match((await confirm(token)).json(), { status: 400, errors: [{ pointer: '/token' }] })
  }
  t.equal((await call('POST /actions/confirm-address', { json: {} })).statusCode, 400)
})
