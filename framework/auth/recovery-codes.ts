/** Codes of one use that let in who has lost the second factor. Only their digests are kept. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { digestOf } from './one-time-secret.ts'

const COUNT = 10
/** Crockford's base32: without letters that are read as digits, or as each other. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Of five bits each: 80 bits, too many to find by trying, so that a plain digest keeps them. */
const LENGTH = 16
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/
/** Of what somebody typed: longer is not even looked at. */
const MAX_TYPED_LENGTH = 64

/** New codes; those before them are no longer good once these digests are kept instead. */
export interface NewRecoveryCodes {
  /** For their owner, shown once, like `7K3M-Q0ZD-9W2A-HXNE`. Never stored, never logged. */
  readonly codes: readonly string[]
  /** What is kept. */
  readonly digests: readonly string[]
}

/** Makes ten codes of 80 random bits each. */
export function newRecoveryCodes(): NewRecoveryCodes {
  const plain = Array.from({ length: COUNT }, newCode)
  return Object.freeze({
    codes: plain.map((code) => code.replace(/.{4}(?!$)/g, '$&-')),
    digests: plain.map(digestOf),
  })
}

/**
 * Spends a code that somebody typed; case, blanks and hyphens don't matter, nor O for 0 and I or L
 * for 1. It is good once only when the caller keeps the digests that come back by a write with the
 * former ones as its precondition.
 * @returns the digests that are left; undefined when the code is none of theirs
 */
export function spendRecoveryCode(
  typed: string,
  digests: readonly string[],
): readonly string[] | undefined {
  const code = normalized(typed)
  if (code === undefined) return undefined
  const spent = Buffer.from(digestOf(code))
  const left = digests.filter((digest) => !isSame(Buffer.from(digest), spent))
  return left.length < digests.length ? left : undefined
}

function newCode(): string {
  // 32 divides 256: each letter is as likely.
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('')
}

function normalized(typed: string): string | undefined {
  if (typed.length > MAX_TYPED_LENGTH) return undefined
  const code = typed
    .replaceAll(/[\s-]/g, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  return CODE.test(code) ? code : undefined
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
