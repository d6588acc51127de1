/** Which single keys may sign and verify tokens, and which are refused with what words. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'

import t from 'tap'

import { DeclarationError } from '../../../framework/errors.ts'
import { fromBase64, jwkTokenKey, secretTokenKey } from '../../../framework/auth/token-key.ts'

const SECRET = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7))

const ed25519 = generateKeyPairSync('ed25519')
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

function jwk(key: KeyObject) {
  return key.export({ format: 'jwk' })
}

t.test('a secret becomes an HS256 key that signs, verifies and has material', async (t) => {
  const key = secretTokenKey('Token key 1', SECRET)
  t.equal(key.algorithm, 'HS256')
  t.equal(key.signWith, key.verifyWith)
  t.same(key.material?.export(), SECRET)
  t.match(key.id, /^[A-Za-z0-9_-]{16}$/)
})

t.test('printing or serialising a key shows nothing of its secret', async (t) => {
  const secret = secretTokenKey('Token key 1', SECRET)
  const asymmetric = jwkTokenKey('Token key 1', jwk(ed25519.privateKey))
  const shown = [secret, asymmetric].map((key) => inspect(key, { depth: 9 }) + JSON.stringify(key))
  const hidden = [SECRET.toString('base64url'), SECRET.toString('hex')]
  for (const text of [...hidden, jwk(ed25519.privateKey).d ?? '']) t.notMatch(shown.join(), text)
  await t.rejects(crypto.subtle.exportKey('raw', secret.verifyWith))
})

t.test('a short or plainly not random secret is refused by its position', async (t) => {
  t.throws(() => secretTokenKey('Token key 2', SECRET.subarray(1)), {
    name: 'DeclarationError',
    message: /^Token key 2 has 31 bytes; give 32 random bytes or more/,
  })
  t.throws(() => secretTokenKey('Token key 2', Buffer.alloc(64, 'abcdefg')), {
    message: /^Token key 2 is not random/,
  })
})

t.test('private JWKs of every supported kind sign and verify with the one algorithm', async (t) => {
  const kinds = [
    [ed25519.privateKey, 'EdDSA', 'Ed25519'],
    [p256.privateKey, 'ES256', 'ECDSA'],
    [rsa.privateKey, 'RS256', 'RSASSA-PKCS1-v1_5'],
  ] as const
  for (const [privateKey, algorithm, name] of kinds) {
    const key = jwkTokenKey('Token key 1', jwk(privateKey))
    t.equal(key.algorithm, algorithm)
    t.equal(key.signWith?.algorithm.name, name)
    t.equal(key.verifyWith.type, 'public')
    t.equal(key.material?.export().toString('base64url'), jwk(privateKey).d)
  }
})

t.test('an oct JWK is an HS256 key of its bytes', async (t) => {
  const key = jwkTokenKey('Token key 1', { kty: 'oct', k: SECRET.toString('base64url') })
  t.equal(key.id, secretTokenKey('Token key 1', SECRET).id)
  t.throws(() => jwkTokenKey('Token key 1', { kty: 'oct' }), /is not base64/)
})

t.test('a public JWK verifies and neither signs nor has material', async (t) => {
  const key = jwkTokenKey('Token key 1', jwk(ed25519.publicKey))
  t.equal(key.signWith, undefined)
  t.equal(key.material, undefined)
  t.equal(key.id, jwkTokenKey('Token key 1', jwk(ed25519.privateKey)).id)
})

t.test('the kid of a JWK is kept, and must be a short string', async (t) => {
  const plain = jwk(ed25519.publicKey)
  t.equal(jwkTokenKey('Token key 1', { ...plain, kid: '2026-a' }).id, '2026-a')
  for (const kid of [7, '', 'k'.repeat(129), null, {}]) {
    t.throws(() => jwkTokenKey('Token key 1', { ...plain, kid }), {
      message: /^Token key 1 has a "kid"/,
    })
  }
})

t.test('a JWK of another kind, algorithm or use is refused', async (t) => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const refused = [
    [jwk(generateKeyPairSync('x25519').privateKey), /give Ed25519, P-256, RSA or oct/],
    [jwk(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey), /give Ed25519/],
    [{ ...jwk(rsa.privateKey), alg: 'PS256' }, /another "alg" than RS256/],
    [{ kty: 'oct', k: SECRET.toString('base64'), alg: 'HS512' }, /another "alg" than HS256/],
    [{ ...jwk(p256.privateKey), alg: 'Ed25519' }, /another "alg" than ES256/],
    [{ ...jwk(rsa.privateKey), use: 'enc' }, /another "use" than "sig"/],
    [jwk(small.privateKey), /has 1024 bits; RS256 wants 2048/],
  ] as const
  for (const [key, message] of refused) {
    t.throws(() => jwkTokenKey('Token key 1', key), { name: 'DeclarationError', message })
  }
  t.equal(jwkTokenKey('K', { ...jwk(ed25519.publicKey), alg: 'Ed25519' }).algorithm, 'EdDSA')
})

t.test('a damaged JWK fails when it is read, not when the first token is signed', async (t) => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const damaged = [
    { ...jwk(ed25519.privateKey), x: jwk(generateKeyPairSync('ed25519').publicKey).x ?? '' },
    { ...jwk(rsa.privateKey), n: jwk(other.privateKey).n ?? '' },
    { ...jwk(rsa.privateKey), e: 'Aw' },
    { kty: 'RSA', n: 'AQAB' },
    { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' },
  ]
  for (const key of damaged) {
    t.throws(() => jwkTokenKey('Token key 1', key), {
      name: 'DeclarationError',
      message: /^Token key 1 /,
    })
  }
})

t.test('base64 and base64url are read, padded or not, and nothing else', async (t) => {
  const bytes = Buffer.from([251, 255, 254, 1])
  for (const text of ['+//+AQ==', '-__-AQ', '+//+AQ', '-__-AQ==']) {
    t.same(fromBase64('It', text), bytes)
  }
  for (const text of [
    '',
    '=',
    'a',
    'AQ=A',
    'AR==',
    'A Q',
    'AQ\n',
    'ä',
    'AQ===',
    7,
    undefined,
    null,
  ]) {
    t.throws(() => fromBase64('It', text), new DeclarationError('It is not base64 or base64url.'))
  }
})
