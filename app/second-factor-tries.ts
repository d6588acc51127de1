/**
 * How often codes of one second factor may be tried. The limits of logging in are not enough: who knows the password would find one of a
 * million codes in some months, from many addresses.
 */
import { TooManyRequestsError, type Secrets } from '../framework/index.ts'
import type { secondFactor } from './resources/second-factor.ts'

/** In a row, before tries have to wait. */
const FREE_TRIES = 10
/** After the last of them; each further try waits twice as long. */
const FIRST_WAIT_SECONDS = 30
/** Two dozen guesses in a day. Whoever guesses keeps the owner waiting too, who can have a new password by mail meanwhile. */
const LONGEST_WAIT_SECONDS = 3600

/** What is kept of tries. */
export type Tries = Pick<Secrets<typeof secondFactor>, 'failures' | 'next_try_at'>

/** When the last try was good, or there was none. */
export const NO_TRIES: Tries = Object.freeze({ failures: 0, next_try_at: null })

/**
 * What is to be kept before a code is looked at, so that tries at the same moment count too; a good one leads back to NO_TRIES.
 * @throws TooManyRequestsError while tries have to wait
 */
export function nextTries({ failures, next_try_at }: Tries, nowMs: number): Tries {
  const waitMs = next_try_at === null ? 0 : Date.parse(next_try_at) - nowMs
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000)
    throw new TooManyRequestsError(
      seconds,
      `Too many codes were tried. Try again in ${String(seconds)} s.`,
    )
  }
  const next = failures + 1
  if (next < FREE_TRIES) return { failures: next, next_try_at: null }
  const seconds = Math.min(FIRST_WAIT_SECONDS * 2 ** (next - FREE_TRIES), LONGEST_WAIT_SECONDS)
  return { failures: next, next_try_at: new Date(nowMs + seconds * 1000).toISOString() }
}
