/** Hashes and verifies passwords with argon2id, off the event loop, a few at a time. */
import { availableParallelism } from 'node:os'

import argon2 from 'argon2'

import { InvalidError } from '../errors.ts'
import { normalizedPassword } from './normalized-password.ts'
import {
  decoyDigest,
  DEFAULT_PARAMETERS,
  parseDigestParameters,
  refuseUnsafeParameters,
  type Argon2Parameters,
} from './password-digest.ts'
import { createWorkGate } from './work-gate.ts'

/** argon2 works in libuv's pool of four threads; files and names have to be read beside it. */
const MAX_DEFAULT_CONCURRENCY = 3
const QUEUE_LIMIT = 64

/** What {@link createPasswords} can be told. */
export interface PasswordsOptions {
  /**
   * How many run at a time. Default: one less than the processors, 1 at least and 3 at most. More
   * than 3 starves reading of files, unless the process has a greater UV_THREADPOOL_SIZE.
   */
  readonly concurrency?: number
  /** How many wait before callers are refused; default 64. */
  readonly queueLimit?: number
  /** Default: OWASP's floor, m=19456,t=2,p=1. What is weaker is refused. */
  readonly parameters?: Argon2Parameters
}

/**
 * Passwords are normalised to NFKC first (NIST SP 800-63B §5.1.1.2), so that the same password
 * typed on another keyboard fits, and are used whole: neither 72 bytes nor a NUL ends them.
 */
export interface Passwords {
  /**
   * Makes the digest to keep. Whether the password is a good one has not been checked: that is
   * `checkPassword`.
   * It throws InvalidError for a text that can't be a password, and UnavailableError when too many
   * are waiting.
   */
  hash(password: string): Promise<string>
  /**
   * Says whether the password fits. For an undefined digest (nobody has that name) and for a digest
   * that is not worked on, it does the work of a real one and answers false. It throws
   * UnavailableError when too many are waiting.
   */
  verify(digest: string | undefined, password: string): Promise<boolean>
  /**
   * Says whether a digest was made with other parameters than today's. Hash the password again when
   * it has just been verified: digests of one cost also take the same time to check as a name that
   * nobody has.
   */
  needsRehash(digest: string): boolean
}

/** @throws DeclarationError when the parameters are weaker than OWASP's floor. */
export function createPasswords(options: PasswordsOptions = {}): Passwords {
  const { concurrency = defaultConcurrency(), queueLimit = QUEUE_LIMIT } = options
  const { parameters = DEFAULT_PARAMETERS } = options
  refuseUnsafeParameters(parameters)
  const { memoryKib: memoryCost, passes: timeCost, lanes: parallelism } = parameters
  const costs = { memoryCost, timeCost, parallelism }
  const decoy = decoyDigest(parameters)
  const refusal = 'Too many passwords are being checked. Try again soon.'
  const gate = createWorkGate({ concurrency, queueLimit, refusal })

  return Object.freeze({
    async hash(password: string) {
      const normalized = normalizedPassword(password)
      if (normalized === undefined) {
        throw new InvalidError([{ pointer: '/password', detail: 'can not be a password' }])
      }
      return gate.run(() => argon2.hash(normalized, { ...costs, type: argon2.argon2id }))
    },

    async verify(digest: string | undefined, password: string) {
      const normalized = normalizedPassword(password)
      // It depends on the password alone, so it tells nothing about the name.
      if (normalized === undefined) return false
      const isKnown = digest !== undefined && parseDigestParameters(digest) !== undefined
      const checked = isKnown ? digest : decoy
      return gate.run(() => argon2.verify(checked, normalized))
    },

    needsRehash(digest: string) {
      return parseDigestParameters(digest) === undefined || argon2.needsRehash(digest, costs)
    },
  })
}

function defaultConcurrency(): number {
  return Math.max(1, Math.min(MAX_DEFAULT_CONCURRENCY, availableParallelism() - 1))
}
