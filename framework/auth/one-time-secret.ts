/**
 * Secrets that are given out once and kept only as digests: nobody who reads the database can use
 * them.
 */
import { createHash, randomBytes } from 'node:crypto'

const SECRET_BYTES = 32

/** Makes a secret of 32 random bytes, as base64url. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/**
 * The SHA-256 of a secret's text, as base64url: what is kept. A random secret needs neither salt
 * nor slow hashing.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
