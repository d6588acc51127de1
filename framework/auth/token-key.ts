/** One key that signs or verifies tokens, made from a secret or a JSON Web Key (RFC 7517). */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign,
  verify,
  type KeyObject,
  type webcrypto,
} from 'node:crypto'

import { DeclarationError } from '../errors.ts'

/** RFC 7518 §3.2: a key for HS256 is at least as long as its hash. */
const MIN_SECRET_BYTES = 32
/** A random secret of 32 bytes has fewer different bytes than this less than once in 10^30. */
const MIN_DIFFERENT_BYTES = 8
/** RFC 7518 §3.3. */
const MIN_RSA_BITS = 2048
const KEY_ID_LENGTH = 16

/** The signature algorithms that tokens may have. A key has exactly one of them. */
export type TokenAlgorithm = 'HS256' | 'EdDSA' | 'ES256' | 'RS256'

/** One member of a JWK Set as it was read: nothing in it is checked yet. */
export interface Jwk extends webcrypto.JsonWebKey {
  readonly kid?: unknown
}

/** A public key as others read it (RFC 7517 §4), without anything of its private part. */
export type PublicJwk = Readonly<Record<string, string>>

/** A key that at least verifies. Printing or serialising it shows nothing of its secret. */
export interface TokenKey {
  /** The `kid` of its tokens: the JWK's own, or a short hash that does not tell the key. */
  readonly id: string
  readonly algorithm: TokenAlgorithm
  readonly verifyWith: webcrypto.CryptoKey
  /** Undefined for a public key. */
  readonly signWith: webcrypto.CryptoKey | undefined
  /** What other keys are derived from; undefined for a public key. */
  readonly material: KeyObject | undefined
  /** The public part alone, for others to verify with; undefined for a shared secret, which has none. */
  readonly publicJwk: PublicJwk | undefined
}

/**
 * Makes an HS256 key of secret bytes. `name` is what an error calls the key.
 * @throws DeclarationError when the secret is short or plainly not random.
 */
export function secretTokenKey(name: string, secret: Buffer, id = keyId(secret)): TokenKey {
  if (secret.length < MIN_SECRET_BYTES) {
    throw new DeclarationError(
      `${name} has ${secret.length} bytes; give ${MIN_SECRET_BYTES} random bytes or more, as from \`openssl rand -base64 32\`.`,
    )
  }
  if (new Set(secret).size < MIN_DIFFERENT_BYTES) {
    throw new DeclarationError(
      `${name} is not random; make one, as with \`openssl rand -base64 32\`.`,
    )
  }
  const material = createSecretKey(secret)
  const key = material.toCryptoKey(IMPORTED.HS256, false, ['sign', 'verify'])
  return Object.freeze({
    id,
    algorithm: 'HS256',
    verifyWith: key,
    signWith: key,
    material,
    publicJwk: undefined,
  })
}

/**
 * Makes a key of one member of a JWK Set: `oct`, `OKP` with Ed25519, `EC` with P-256, or `RSA`; an
 * asymmetric one with its private part signs and verifies, without it verifies. `name` is what an
 * error calls the key.
 * @throws DeclarationError when it is of another kind, is meant for something else, or its parts
 * don't fit.
 */
export function jwkTokenKey(name: string, jwk: Jwk): TokenKey {
  const algorithm = algorithmOf(name, jwk)
  const id = declaredId(name, jwk)
  if (algorithm === 'HS256') return secretTokenKey(name, fromBase64(name, jwk.k), id)
  const [publicKey, privateKey] = importedPair(name, jwk)
  const modulusLength = publicKey.asymmetricKeyDetails?.modulusLength
  if (modulusLength !== undefined && modulusLength < MIN_RSA_BITS) {
    throw new DeclarationError(`${name} has ${modulusLength} bits; RS256 wants ${MIN_RSA_BITS}.`)
  }
  const keptId = id ?? keyId(publicKey.export({ format: 'der', type: 'spki' }))
  return Object.freeze({
    id: keptId,
    algorithm,
    verifyWith: publicKey.toCryptoKey(IMPORTED[algorithm], false, ['verify']),
    signWith: privateKey?.toCryptoKey(IMPORTED[algorithm], false, ['sign']),
    material: privateKey && createSecretKey(fromBase64(name, jwk.d)),
    publicJwk: toPublicJwk(publicKey, { kid: keptId, alg: algorithm }),
  })
}

/**
 * Reads base64 or base64url, with padding or without it. `name` is what an error calls the text.
 * @throws DeclarationError when it is anything else; the text is not in the message.
 */
export function fromBase64(name: string, text: unknown): Buffer {
  const given = typeof text === 'string' ? text : ''
  const plain = given
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/={1,2}$/, '')
  const bytes = Buffer.from(plain, 'base64url')
  // Buffer skips what it does not know: only what comes back the same was base64.
  if (bytes.length === 0 || bytes.toString('base64url') !== plain) {
    throw new DeclarationError(`${name} is not base64 or base64url.`)
  }
  return bytes
}

/** Member by member, so that nothing private could ever slip through. */
function toPublicJwk(
  key: KeyObject,
  { kid, alg }: { readonly kid: string; readonly alg: TokenAlgorithm },
): PublicJwk {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' })
  const members = Object.entries({ kty, crv, x, y, n, e, kid, alg, use: 'sig' })
  return Object.freeze(
    Object.fromEntries(
      members.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ),
  )
}

const IMPORTED = {
  HS256: { name: 'HMAC', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const satisfies Record<TokenAlgorithm, webcrypto.AlgorithmIdentifier | object>

function keyId(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, KEY_ID_LENGTH)
}

function declaredId(name: string, jwk: Jwk): string | undefined {
  const id = jwk.kid
  if (id === undefined) return undefined
  if (typeof id === 'string' && id.length > 0 && id.length <= 128) return id
  throw new DeclarationError(`${name} has a "kid" that is not a string of 1 to 128 characters.`)
}

function algorithmOf(name: string, jwk: Jwk): TokenAlgorithm {
  const algorithm = algorithmOfKind(jwk)
  if (algorithm === undefined) {
    throw new DeclarationError(
      `${name} is of a kind that does not sign tokens here; give Ed25519, P-256, RSA or oct.`,
    )
  }
  const declared = jwk.alg ?? algorithm
  // RFC 9864 gives EdDSA over this curve a second name.
  if (declared !== algorithm && !(declared === 'Ed25519' && algorithm === 'EdDSA')) {
    throw new DeclarationError(`${name} has another "alg" than ${algorithm}, the one for its kind.`)
  }
  if (jwk.use !== undefined && jwk.use !== 'sig') {
    throw new DeclarationError(`${name} has another "use" than "sig".`)
  }
  return algorithm
}

function algorithmOfKind(jwk: Jwk): TokenAlgorithm | undefined {
  if (jwk.kty === 'oct') return 'HS256'
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return 'EdDSA'
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return 'ES256'
  if (jwk.kty === 'RSA') return 'RS256'
  return undefined
}

/**
 * The public key always follows from the private one, and the two are tried on each other: a
 * damaged set fails at start.
 */
function importedPair(name: string, jwk: Jwk): [KeyObject, KeyObject | undefined] {
  try {
    if (jwk.d === undefined) return [createPublicKey({ key: jwk, format: 'jwk' }), undefined]
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    const publicKey = createPublicKey(privateKey)
    const probe = Buffer.from(name)
    const hash = jwk.kty === 'OKP' ? null : 'sha256'
    if (verify(hash, probe, publicKey, sign(hash, probe, privateKey))) {
      return [publicKey, privateKey]
    }
  } catch (cause) {
    // OpenSSL's words name no member; the cause keeps them for whoever looks further.
    throw new DeclarationError(`${name} is not a whole JSON Web Key.`, { cause })
  }
  throw new DeclarationError(`${name} has a private part that does not belong to its public part.`)
}
