/** The PHC text of an argon2id digest: which ones may be worked on, and one that fits no password. */
import { randomBytes } from 'node:crypto'

import { DeclarationError } from '../errors.ts'

/** What a digest costs to make and to check (RFC 9106 §3.1). */
export interface Argon2Parameters {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/** OWASP's floor. */
export const DEFAULT_PARAMETERS: Argon2Parameters = Object.freeze({
  memoryKib: 19_456,
  passes: 2,
  lanes: 1,
})

/** OWASP counts each of these as strong as the others: with more memory one pass is enough. */
const FLOORS = [DEFAULT_PARAMETERS, { memoryKib: 47_104, passes: 1, lanes: 1 }]
/** A digest that asks for more is not worked on: it would stall the server, and none of ours does. */
const CEILING: Argon2Parameters = { memoryKib: 131_072, passes: 10, lanes: 4 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** The order of the costs is the library's, or that of RFC 9106's reference. */
const DIGEST =
  /^\$argon2id\$v=19\$m=(?<m>\d{1,7}),(?:t=(?<t>\d{1,3}),p=(?<p>\d{1,2})|p=(?<p>\d{1,2}),t=(?<t>\d{1,3}))\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{43,86}$/

/** Reads what a digest costs; undefined for anything but an argon2id digest of bearable cost. */
export function parseDigestParameters(digest: string): Argon2Parameters | undefined {
  const { m, t, p } = DIGEST.exec(digest)?.groups ?? {}
  const [memoryKib, passes, lanes] = [Number(m), Number(t), Number(p)]
  const parameters = { memoryKib, passes, lanes }
  // What did not match is NaN, which is at least nothing.
  const isBearable = lanes >= 1 && passes >= 1 && isAtLeast(CEILING, parameters)
  // RFC 9106 §3.1: argon2 refuses less than 8 KiB for each lane.
  return isBearable && memoryKib >= 8 * lanes ? parameters : undefined
}

/**
 * Makes a digest that costs what real ones cost and that no password fits but by a chance of
 * 2^-256.
 */
export function decoyDigest({ memoryKib, passes, lanes }: Argon2Parameters): string {
  const [salt, hash] = [SALT_BYTES, HASH_BYTES].map((bytes) =>
    randomBytes(bytes).toString('base64').replaceAll('=', ''),
  )
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${salt}$${hash}`
}

/**
 * @throws DeclarationError when the parameters are weaker than OWASP's floor, or dearer than what
 * is ever worked on.
 */
export function refuseUnsafeParameters(parameters: Argon2Parameters): void {
  const isStrong = FLOORS.some((floor) => isAtLeast(parameters, floor))
  const areWhole = Object.values(parameters).every(Number.isInteger)
  if (areWhole && isStrong && isAtLeast(CEILING, parameters)) return
  const { memoryKib, passes, lanes } = parameters
  throw new DeclarationError(
    `Passwords can't be hashed with m=${memoryKib},t=${passes},p=${lanes}; give at least m=19456,t=2,p=1 ` +
      `or m=47104,t=1,p=1, at most m=${CEILING.memoryKib},t=${CEILING.passes},p=${CEILING.lanes}.`,
  )
}

function isAtLeast(parameters: Argon2Parameters, other: Argon2Parameters): boolean {
  return (
    parameters.memoryKib >= other.memoryKib &&
    parameters.passes >= other.passes &&
    parameters.lanes >= other.lanes
  )
}
