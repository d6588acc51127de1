/** The table of attacks on access tokens: each is refused with the same words. */
import { generateKeyPairSync, sign } from 'node:crypto'

import t from 'tap'

import { newRefreshToken } from '../../../framework/auth/refresh-token.ts'
import { createTokenReader } from '../../../framework/auth/token-reader.ts'
import {
  generateTokenKey,
  parseTokenKeys,
  type TokenKeys,
} from '../../../framework/auth/token-keys.ts'
import { forgeToken, toBase64url, type Forgery } from '../../kit/forge-token.ts'

const NOW = 1_800_000_000
const TEXT = generateTokenKey()
const SECRET = Buffer.from(TEXT, 'base64url')
const KEYS = parseTokenKeys(TEXT)
const HEADER = { alg: 'HS256', kid: KEYS.signing.id, typ: 'at+jwt' }
const CLAIMS = {
  iss: 'us',
  aud: 'api',
  sub: 'tim',
  sid: 's1',
  jti: 't1',
  iat: NOW,
  exp: NOW + 900,
  scope: 'admin  write',
}

function reader({ keys = KEYS, atSeconds = NOW }: { keys?: TokenKeys; atSeconds?: number } = {}) {
  const now = () => atSeconds * 1000
  return createTokenReader({ keys, issuer: 'us', audience: 'api', lifetimeSeconds: 900, now })
}

function forged(change: Partial<Forgery> = {}): string {
  return forgeToken({ header: HEADER, claims: CLAIMS, secret: SECRET, ...change })
}

function withHeader(members: object): string {
  return forged({ header: { ...HEADER, ...members } })
}

function withClaims(members: object): string {
  return forged({ claims: { ...CLAIMS, ...members } })
}

function without(claim: keyof typeof CLAIMS): string {
  return forged({
    claims: Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== claim)),
  })
}

const REFUSAL = {
  name: 'UnauthenticatedError',
  message: 'The access token is not good. Log in again.',
  cause: undefined,
}

t.test('a good token tells its caller, frozen, and its scopes', async (t) => {
  const token = await reader()(forged())
  t.same(token, {
    authorization: {
      subject: 'tim',
      scopes: new Set(['admin', 'write']),
      session: 's1',
      expiresAtSeconds: NOW + 900,
    },
    subject: 'tim',
    session: 's1',
    issuedAtSeconds: NOW,
    endsAtMs: (NOW + 930) * 1000,
  })
  t.ok(Object.isFrozen(token.authorization))
})

t.test('a token without the scope claim has no scopes', async (t) => {
  const { authorization } = await reader()(without('scope'))
  t.equal(authorization.scopes.size, 0)
})

t.test('the type may be written as a whole media type', async (t) => {
  await t.resolves(reader()(withHeader({ typ: 'application/at+jwt' })))
})

const good = forged()
const [goodHeader, goodPayload, goodSignature] = good.split('.')
const publicJwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })

/** The signature's last character holds two bits that decode to nothing; this sets one of them. */
function nonCanonical(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet[alphabet.indexOf(token.slice(-1)) + 1]
  return `${token.slice(0, -1)}${last}`
}

const attacks: readonly (readonly [string, string])[] = [
  ['no text', ''],
  ['nonsense', 'x'],
  ['three dots of nothing', '..'],
  ['four parts', `${good}.x`],
  ['two parts', `${goodHeader}.${goodPayload}`],
  ['alg none without signature', `${toBase64url('{"alg":"none","typ":"at+jwt"}')}.${goodPayload}.`],
  ['alg none with our kid', withHeader({ alg: 'none' })],
  ['alg None', withHeader({ alg: 'None' })],
  ['no alg', forged({ header: { kid: HEADER.kid, typ: 'at+jwt' } })],
  ['alg a list', withHeader({ alg: ['HS256'] })],
  ['HS384 with the same secret', forged({ header: { ...HEADER, alg: 'HS384' }, hash: 'sha384' })],
  ['HS512 with the same secret', forged({ header: { ...HEADER, alg: 'HS512' }, hash: 'sha512' })],
  ['HS384 that says HS256', forged({ hash: 'sha384' })],
  ['another secret', forged({ secret: Buffer.alloc(32) })],
  ['an empty secret', forged({ secret: '' })],
  ['the kid as secret', forged({ secret: HEADER.kid })],
  ['no kid', forged({ header: { alg: 'HS256', typ: 'at+jwt' } })],
  ['an empty kid', withHeader({ kid: '' })],
  ['an unknown kid', withHeader({ kid: 'other' })],
  ['a kid that is a path', withHeader({ kid: '../../dev/null' })],
  ['a kid that is SQL', withHeader({ kid: "' OR 1=1" })],
  ['a kid that is a prototype name', withHeader({ kid: '__proto__' })],
  ['a kid that is a number', withHeader({ kid: 0 })],
  ['a kid that is a list', withHeader({ kid: [HEADER.kid] })],
  ['jku', withHeader({ jku: 'http://127.0.0.1:9/keys' })],
  ['x5u', withHeader({ x5u: 'http://127.0.0.1:9/cert' })],
  ['x5c', withHeader({ x5c: ['AA'] })],
  ['jwk', withHeader({ jwk: publicJwk })],
  ['crit', withHeader({ crit: ['exp'] })],
  ['crit of b64', withHeader({ crit: ['b64'], b64: false })],
  ['b64 alone', withHeader({ b64: true })],
  ['zip', withHeader({ zip: 'DEF' })],
  ['no typ', forged({ header: { alg: 'HS256', kid: HEADER.kid } })],
  ['another typ', withHeader({ typ: 'JWT' })],
  ['an ID token', withHeader({ typ: 'id+jwt' })],
  ['header not JSON', `${toBase64url('{')}.${goodPayload}.${goodSignature}`],
  ['claims not JSON', forged({ claims: '{' })],
  ['claims a list', forged({ claims: '[]' })],
  ['claims null', forged({ claims: 'null' })],
  ['no exp', without('exp')],
  ['no iat', without('iat')],
  ['no sub', without('sub')],
  ['no jti', without('jti')],
  ['no sid', without('sid')],
  ['no iss', without('iss')],
  ['no aud', without('aud')],
  ['exp a string', withClaims({ exp: String(NOW + 900) })],
  ['exp huge', withClaims({ exp: 1e308 })],
  ['exp infinite', forged({ claims: JSON.stringify(CLAIMS).replace(String(NOW + 900), '1e999') })],
  ['exp null', withClaims({ exp: null })],
  ['a life of 901 seconds', withClaims({ exp: NOW + 901 })],
  ['expired beyond the tolerance', withClaims({ iat: NOW - 500, exp: NOW - 30 })],
  ['older than any token gets', withClaims({ iat: NOW - 931, exp: NOW - 31 })],
  ['iat a string', withClaims({ iat: String(NOW) })],
  ['iat in the future', withClaims({ iat: NOW + 31, exp: NOW + 600 })],
  ['nbf in the future', withClaims({ nbf: NOW + 31 })],
  ['nbf a string', withClaims({ nbf: '0' })],
  ['another issuer', withClaims({ iss: 'them' })],
  ['issuer a list', withClaims({ iss: ['us'] })],
  ['another audience', withClaims({ aud: 'shop' })],
  ['audience a list of ours', withClaims({ aud: ['api'] })],
  ['audience a list with another', withClaims({ aud: ['api', 'shop'] })],
  ['sub empty', withClaims({ sub: '' })],
  ['sub a number', withClaims({ sub: 7 })],
  ['sid empty', withClaims({ sid: '' })],
  ['sid a list', withClaims({ sid: ['s1'] })],
  ['jti a number', withClaims({ jti: 1 })],
  ['scope a list', withClaims({ scope: ['admin'] })],
  ['scope null', withClaims({ scope: null })],
  ['a non-canonical signature', nonCanonical(good)],
  ['a padded signature', `${good}=`],
  ['standard base64', good.replaceAll('-', '+').replaceAll('_', '/') + '+'],
  ['a trailing newline', `${good}\n`],
  ['a leading space', ` ${good}`],
  ['a newline inside', good.replace('.', '.\n')],
  [
    'an altered payload',
    `${goodHeader}.${toBase64url(JSON.stringify({ ...CLAIMS, scope: 'root' }))}.${goodSignature}`,
  ],
  [
    'the signature of another token',
    `${goodHeader}.${goodPayload}.${withClaims({ jti: 't2' }).split('.')[2]}`,
  ],
  ['no signature', `${goodHeader}.${goodPayload}.`],
  ['half a signature', good.slice(0, -20)],
  ['5,000 characters', withClaims({ padding: 'x'.repeat(4000) }).padEnd(5000, 'x')],
  ['a good token of more than 4,096', withClaims({ padding: 'x'.repeat(3600) })],
  ['a refresh token', newRefreshToken().token],
]

t.test('every attack is refused with the same words and no cause', async (t) => {
  for (const [name, token] of attacks) await t.rejects(reader()(token), REFUSAL, name)
})

t.test('the attacks fail for what they change, not for their making', async (t) => {
  t.not(nonCanonical(good), good)
  t.same(Buffer.from(nonCanonical(good), 'base64url'), Buffer.from(good, 'base64url'))
  await t.resolves(reader()(withClaims({ padding: 'x'.repeat(2000) })), 'a long token')
  await t.resolves(reader()(withClaims({ nbf: NOW + 30, exp: NOW + 900 })), 'nbf in tolerance')
})

t.test('clocks may differ by thirty seconds either way', async (t) => {
  await t.resolves(reader({ atSeconds: NOW - 30 })(good))
  await t.rejects(reader({ atSeconds: NOW - 31 })(good), REFUSAL)
  await t.resolves(reader({ atSeconds: NOW + 929 })(good))
  await t.rejects(reader({ atSeconds: NOW + 930 })(good), REFUSAL)
})

t.test('a key signs with its own algorithm alone, its public part is no HMAC secret', async (t) => {
  const pairs = [
    [generateKeyPairSync('ed25519'), 'EdDSA', null],
    [generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256', 'sha256'],
    [generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256', 'sha256'],
  ] as const
  for (const [{ publicKey, privateKey }, alg, hash] of pairs) {
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k' }
    const keys = parseTokenKeys(JSON.stringify({ keys: [jwk] }))
    const claims = toBase64url(JSON.stringify(CLAIMS))
    const signed = `${toBase64url(JSON.stringify({ alg, kid: 'k', typ: 'at+jwt' }))}.${claims}`
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    const signature = sign(hash, Buffer.from(signed), key).toString('base64url')
    await t.resolves(reader({ keys })(`${signed}.${signature}`), alg)

    const spki = publicKey.export({ format: 'pem', type: 'spki' })
    const secrets = [spki, publicKey.export({ format: 'der', type: 'spki' }), jwk.x ?? jwk.n ?? '']
    for (const secret of secrets) {
      const confused = forged({ header: { alg: 'HS256', kid: 'k', typ: 'at+jwt' }, secret })
      await t.rejects(reader({ keys })(confused), REFUSAL, `${alg} public key as HMAC secret`)
    }
    await t.rejects(
      reader({ keys })(
        `${toBase64url(JSON.stringify({ alg, kid: HEADER.kid, typ: 'at+jwt' }))}.${claims}.${signature}`,
      ),
      REFUSAL,
    )
  }
})

t.test('a token of an older key is good while the key is listed, and not after', async (t) => {
  const newer = generateTokenKey()
  await t.resolves(reader({ keys: parseTokenKeys(`${newer},${TEXT}`) })(good))
  await t.rejects(reader({ keys: parseTokenKeys(newer) })(good), REFUSAL)
})

t.test('a token signed by one listed key under the kid of another is refused', async (t) => {
  const newer = generateTokenKey()
  const keys = parseTokenKeys(`${newer},${TEXT}`)
  const crossed = forged({ header: { ...HEADER, kid: keys.signing.id } })
  await t.rejects(reader({ keys })(crossed), REFUSAL)
})
