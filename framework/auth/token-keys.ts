/** The keys that a server signs and verifies tokens with, and what is derived from them. */
import { hkdfSync, randomBytes, type KeyObject } from 'node:crypto'

import { DeclarationError } from '../errors.ts'
import {
  fromBase64,
  jwkTokenKey,
  secretTokenKey,
  type Jwk,
  type PublicJwk,
  type TokenKey,
} from './token-key.ts'

const SECRET_BYTES = 32
const DERIVED_KEY_BYTES = 32

/** A key that has its secret or private part. */
export interface SigningKey extends TokenKey {
  readonly signWith: NonNullable<TokenKey['signWith']>
  readonly material: KeyObject
}

/** One key signs; all verify, so that a key can be replaced while its tokens are still about. */
export interface TokenKeys {
  readonly signing: SigningKey
  /** Every key, the signing one first, no two with the same id. */
  readonly verifying: readonly TokenKey[]
}

/**
 * Reads the keys of a configuration: secrets of 32 bytes or more in base64 or base64url, separated
 * by commas, for HS256; or the JSON text of a JWK Set, for EdDSA, ES256, RS256 and HS256. The first
 * signs, all verify. To rotate, put the new key first; take the old one away when its last token
 * has expired.
 * @throws DeclarationError naming the key by its position, never by its text.
 */
export function parseTokenKeys(text: string): TokenKeys {
  const trimmed = text.trim()
  if (trimmed === '') {
    throw new DeclarationError(
      'There is no token key; give a random secret, as from `openssl rand -base64 32`.',
    )
  }
  const verifying = trimmed.startsWith('{') ? fromJwkSet(trimmed) : fromSecrets(trimmed)
  refuseSameIds(verifying)
  const [first] = verifying
  if (first === undefined || !canSign(first)) {
    throw new DeclarationError('Token key 1 has no private part; the first key signs.')
  }
  return Object.freeze({ signing: first, verifying: Object.freeze(verifying) })
}

/** Makes the text of a new random secret, for a server that was given none. */
export function generateTokenKey(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** Public keys, as RFC 7517 §5 writes them. */
export interface JwkSet {
  readonly keys: readonly PublicJwk[]
}

/** What others may know of the keys, to verify tokens with: secrets are not in it. */
export function publicKeysOf({ verifying }: TokenKeys): JwkSet {
  const keys = verifying.flatMap(({ publicJwk }) => (publicJwk === undefined ? [] : [publicJwk]))
  return Object.freeze({ keys: Object.freeze(keys) })
}

/**
 * Derives 32 bytes for one purpose other than tokens (HKDF-SHA256, RFC 5869) from the signing key.
 * Another purpose or another key gives bytes that tell nothing of these.
 */
export function deriveKey(keys: TokenKeys, purpose: string): Buffer {
  return derivedFrom(keys.signing.material, purpose)
}

/**
 * As {@link deriveKey}, from every key that is not merely public: the first is today's, the others
 * open what older keys sealed.
 */
export function deriveKeys(keys: TokenKeys, purpose: string): readonly Buffer[] {
  return keys.verifying.flatMap(({ material }) =>
    material === undefined ? [] : [derivedFrom(material, purpose)],
  )
}

function derivedFrom(material: KeyObject, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', material, '', `holdfast ${purpose}`, DERIVED_KEY_BYTES))
}

function fromSecrets(text: string): TokenKey[] {
  return text.split(',').map((secret, index) => {
    const name = `Token key ${index + 1}`
    return secretTokenKey(name, fromBase64(name, secret.trim()))
  })
}

function fromJwkSet(text: string): TokenKey[] {
  return parsedJwkSet(text).map((jwk, index) => jwkTokenKey(`Token key ${index + 1}`, jwk))
}

function parsedJwkSet(text: string): readonly Jwk[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // Without its cause: the parser quotes the text that it could not read.
    throw new DeclarationError('The token keys start like a JWK Set and are not JSON.')
  }
  if (isJwkSet(parsed)) return parsed.keys
  throw new DeclarationError('The token keys are not a JWK Set: give {"keys":[…]}, not empty.')
}

function isJwkSet(value: unknown): value is { readonly keys: readonly Jwk[] } {
  if (typeof value !== 'object' || value === null || !('keys' in value)) return false
  const { keys } = value
  return Array.isArray(keys) && keys.length > 0 && keys.every(isObject)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function canSign(key: TokenKey): key is SigningKey {
  return key.signWith !== undefined && key.material !== undefined
}

function refuseSameIds(keys: readonly TokenKey[]): void {
  const ids = keys.map((key) => key.id)
  const again = ids.findIndex((id, index) => ids.indexOf(id) < index)
  if (again < 0) return
  throw new DeclarationError(
    `Token key ${again + 1} has the id of an earlier one; remove it, or give it a "kid" of its own.`,
  )
}
