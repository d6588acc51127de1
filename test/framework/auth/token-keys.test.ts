/**
 * How the keys of a configuration are read, and that what is derived from them keeps purposes and
 * keys apart.
 */
import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'

import t from 'tap'

import {
  deriveKey,
  deriveKeys,
  generateTokenKey,
  parseTokenKeys,
  publicKeysOf,
} from '../../../framework/auth/token-keys.ts'

const OLD = generateTokenKey()
const NEW = generateTokenKey()
const pair = generateKeyPairSync('ed25519')
const privateJwk = pair.privateKey.export({ format: 'jwk' })
const publicJwk = pair.publicKey.export({ format: 'jwk' })

/** What the refusal of this text tells, its stack and cause included. */
function refusal(text: string): string {
  try {
    return inspect(parseTokenKeys(text))
  } catch (error) {
    return inspect(error)
  }
}

t.test('the first secret signs and all verify, whatever the spaces and the alphabet', async (t) => {
  const keys = parseTokenKeys(` ${NEW} ,\n${Buffer.from(OLD, 'base64url').toString('base64')}\n`)
  t.equal(keys.verifying.length, 2)
  t.equal(keys.signing, keys.verifying[0])
  t.same(
    keys.verifying.map((key) => key.id),
    [parseTokenKeys(NEW).signing.id, parseTokenKeys(OLD).signing.id],
  )
  t.ok(Object.isFrozen(keys) && Object.isFrozen(keys.verifying))
})

t.test('a generated key has 32 bytes and is another each time', async (t) => {
  t.equal(Buffer.from(generateTokenKey(), 'base64url').length, 32)
  t.not(generateTokenKey(), generateTokenKey())
})

t.test('a JWK Set may hold private, public and secret keys', async (t) => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const set = {
    keys: [privateJwk, p256.publicKey.export({ format: 'jwk' }), { kty: 'oct', k: OLD }],
  }
  const keys = parseTokenKeys(JSON.stringify(set))
  t.same(
    keys.verifying.map((key) => key.algorithm),
    ['EdDSA', 'ES256', 'HS256'],
  )
  t.equal(keys.signing.algorithm, 'EdDSA')
})

t.test(
  'what can not be keys is refused in words that name the place and not the secret',
  async (t) => {
    const short = Buffer.from(OLD, 'base64url').subarray(5).toString('base64url')
    const refused = [
      ['', /^There is no token key/],
      [' \n', /^There is no token key/],
      ['secret', /^Token key 1 /],
      [`${NEW},`, /^Token key 2 is not base64/],
      [`${NEW},${short}`, /^Token key 2 has 27 bytes/],
      [`${NEW},not~base64`, /^Token key 2 is not base64/],
      [`${NEW},${OLD},${NEW}`, /^Token key 3 has the id of an earlier one/],
      [`{"keys":[${short}]`, /are not JSON/],
      ['{"keys":[]}', /not a JWK Set/],
      ['{"keys":[1]}', /not a JWK Set/],
      ['{"keys":[[]]}', /not a JWK Set/],
      ['{"keys":{}}', /not a JWK Set/],
      [JSON.stringify(privateJwk), /not a JWK Set/],
      [JSON.stringify({ keys: [publicJwk] }), /^Token key 1 has no private part/],
      [JSON.stringify({ keys: [publicJwk, privateJwk] }), /^Token key 2 has the id/],
    ] as const
    for (const [text, message] of refused) {
      t.throws(() => parseTokenKeys(text), { name: 'DeclarationError', message }, text)
      t.notOk(refusal(text).includes(short))
    }
  },
)

t.test('derived keys differ by purpose and by key, and are the same on every server', async (t) => {
  const keys = parseTokenKeys(`${NEW},${OLD}`)
  const key = deriveKey(keys, 'page-key')
  t.equal(key.length, 32)
  t.same(key, deriveKey(parseTokenKeys(NEW), 'page-key'))
  t.notSame(key, deriveKey(keys, 'etag'))
  t.notSame(key, deriveKey(parseTokenKeys(OLD), 'page-key'))
  t.notSame(key, Buffer.from(NEW, 'base64url'))
})

t.test(
  'after a rotation, what the old key sealed is still opened with the second derived key',
  async (t) => {
    const before = deriveKey(parseTokenKeys(OLD), 'page-key')
    t.same(deriveKeys(parseTokenKeys(`${NEW},${OLD}`), 'page-key')[1], before)
  },
)

t.test('an asymmetric set derives from its private parts alone', async (t) => {
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const keys = parseTokenKeys(JSON.stringify({ keys: [privateJwk, other] }))
  t.same(deriveKeys(keys, 'page-key'), [deriveKey(keys, 'page-key')])
  const changed = { keys: [generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })] }
  t.notSame(
    deriveKey(parseTokenKeys(JSON.stringify(changed)), 'page-key'),
    deriveKey(keys, 'page-key'),
  )
})

t.test('the derivation is the published one', async (t) => {
  const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')
  t.equal(
    deriveKey(parseTokenKeys(secret), 'page-key').toString('hex'),
    'c08fd67e53c367b128982c92ed365096afd0d751214bfc5da792e3a916f97543',
  )
})

t.test(
  'others are told of every asymmetric key its public part, and of secrets nothing',
  async (t) => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const keys = [privateJwk, ec.export({ format: 'jwk' }), rsa.export({ format: 'jwk' })]
    const oct = { kty: 'oct', k: OLD }
    const told = publicKeysOf(parseTokenKeys(JSON.stringify({ keys: [...keys, oct] }))).keys
    t.match(told, [{ ...publicJwk, alg: 'EdDSA', use: 'sig' }, { alg: 'ES256' }, { alg: 'RS256' }])
    t.same(
      told.map((key) => Object.keys(key).toSorted().join()),
      ['alg,crv,kid,kty,use,x', 'alg,crv,kid,kty,use,x,y', 'alg,e,kid,kty,n,use'],
    )
    t.same(publicKeysOf(parseTokenKeys(`${NEW},${OLD}`)).keys, [])
  },
)
