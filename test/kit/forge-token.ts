/**
 * Builds tokens by hand, right and wrong, so that a test of their refusal does not lean on the
 * library that refuses.
 */
import { createHmac } from 'node:crypto'

/** What a forged token is made of. Every part is written as it is given. */
export interface Forgery {
  readonly header: object
  /** An object is written as JSON, a string as it stands. */
  readonly claims: object | string
  readonly secret: Buffer | string
  readonly hash?: 'sha256' | 'sha384' | 'sha512'
}

/** Writes and signs a JWT with HMAC. */
export function forgeToken({ header, claims, secret, hash = 'sha256' }: Forgery): string {
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
  const signed = `${toBase64url(JSON.stringify(header))}.${toBase64url(payload)}`
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
}

/** The base64url of a text's UTF-8. */
export function toBase64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
