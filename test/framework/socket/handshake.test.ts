/** What makes a request a socket, and whose it is. */
import t from 'tap'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { identify, pickProtocol } from '../../../framework/socket/handshake.ts'
import { somebody } from '../../kit/cards.ts'
import { createScriptedVerifier } from '../../kit/socket-server.ts'

const TOKEN = 'head.pay-load.sign_ature'
const ANN = somebody('ann')

function knock(headers: Readonly<Record<string, string>> = {}, url = '/subscription') {
  const verifier = createScriptedVerifier({ [TOKEN]: ANN })
  const rules = { verifier, allowedOrigins: [], isProduction: true }
  const whole = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers }
  return identify({ url, host: 'chat.example.org', headers: whole }, rules)
}

t.test('without a token the caller is anonymous', async (t) => {
  t.same(await knock(), { caller: ANONYMOUS, token: undefined })
  t.same(await knock({ 'sec-websocket-protocol': 'holdfast.v1, other' }), {
    caller: ANONYMOUS,
    token: undefined,
  })
})

t.test('a token comes in the header or as a subprotocol', async (t) => {
  const identity = { caller: ANN, token: TOKEN }
  t.same(await knock({ authorization: `Bearer ${TOKEN}` }), identity)
  t.same(await knock({ authorization: `bearer  ${TOKEN} ` }), identity)
  const asIs = `holdfast.v1, base64url.bearer.${TOKEN}`
  t.same(await knock({ 'sec-websocket-protocol': asIs }), identity)
  const encoded = `base64url.bearer.${Buffer.from(TOKEN).toString('base64url')},holdfast.v1`
  t.same(await knock({ 'sec-websocket-protocol': encoded }), identity)
})

t.test('a token that was verified lately is not verified again', async (t) => {
  const verifier = createScriptedVerifier({ [TOKEN]: ANN })
  verifier.isCached = true
  const headers = {
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    authorization: `Bearer ${TOKEN}`,
  }
  const options = { verifier, allowedOrigins: [], isProduction: true }
  const identity = await identify({ url: '/', host: '', headers }, options)
  t.equal(identity.caller, ANN)
  t.same(verifier.verified, [])
})

t.test('a token that is not good is refused, not taken for none', async (t) => {
  const refused = { code: 'unauthenticated' }
  await t.rejects(knock({ authorization: 'Bearer forged' }), refused)
  await t.rejects(knock({ authorization: 'Basic YTpi' }), refused)
  await t.rejects(knock({ authorization: '' }), refused)
  await t.rejects(knock({ 'sec-websocket-protocol': 'base64url.bearer.' }), refused)
  await t.rejects(knock({ 'sec-websocket-protocol': 'base64url.bearer.forged' }), refused)
})

t.test('two tokens are refused, whether they are good or not', async (t) => {
  const entry = `base64url.bearer.${TOKEN}`
  await t.rejects(knock({ authorization: `Bearer ${TOKEN}`, 'sec-websocket-protocol': entry }), {
    code: 'invalid',
  })
  await t.rejects(knock({ 'sec-websocket-protocol': `${entry}, base64url.bearer.x.y.z` }), {
    code: 'invalid',
  })
})

t.test('the URL holds no token, nor anything else', async (t) => {
  for (const name of ['token', 'access_token', 'x']) {
    await t.rejects(knock({}, `/subscription?${name}=${TOKEN}`), {
      code: 'invalid',
      faults: [{ pointer: `?${name}`, detail: 'is not known here' }],
    })
  }
  await t.resolves(knock({}, '/subscription?'))
})

t.test('a foreign page and a malformed handshake are refused', async (t) => {
  await t.rejects(knock({ origin: 'https://evil.example' }), { code: 'forbidden' })
  await t.rejects(knock({ origin: 'null' }), { code: 'forbidden' })
  await t.resolves(knock({ origin: 'https://chat.example.org' }))
  await t.rejects(knock({ 'sec-websocket-key': 'short' }), { code: 'invalid' })
  await t.rejects(knock({ 'sec-websocket-protocol': 'a b' }), { code: 'invalid' })
  await t.rejects(knock({ 'sec-websocket-protocol': 'a, a' }), { code: 'invalid' })
  await t.rejects(knock({ 'sec-websocket-protocol': '' }), { code: 'invalid' })
})

t.test('our protocol is answered, and never a token', (t) => {
  t.equal(pickProtocol(new Set([`base64url.bearer.${TOKEN}`, 'holdfast.v1'])), 'holdfast.v1')
  t.equal(pickProtocol(new Set([`base64url.bearer.${TOKEN}`])), false)
  t.equal(pickProtocol(new Set(['other'])), false)
  t.end()
})
