/**
 * The second factor that an authenticator app shows: a code of six digits, made from a shared secret
 * and the time (RFC 6238), in the one flavour that every app knows: SHA-1, 30 seconds.
 */
import { Secret, TOTP } from 'otpauth'

/** RFC 4226 §4, R6: as long as what SHA-1 gives. */
const SECRET_BYTES = 20
const STEP_SECONDS = 30
/** RFC 6238 §5.2: one step of delay and of wrong clocks, in both directions. */
const WINDOW_STEPS = 1
const CODE = /^[0-9]{6}$/

/** A new secret, before its owner has proved by a first code that an app has it. */
export interface NewTotpSecret {
  /** 160 random bits in base32: what is kept, for the server needs it as it is. Never logged. */
  readonly secret: string
  /** `otpauth://totp/…`, which apps read as a QR code; holds the secret. */
  readonly uri: string
}

/** What an app shows beside the codes. */
export interface TotpLabel {
  /** Who asks for the codes. */
  readonly issuer: string
  /** Whose codes they are. */
  readonly account: string
}

/** Makes a secret for an authenticator app. */
export function newTotpSecret({ issuer, account }: TotpLabel): NewTotpSecret {
  const secret = new Secret({ size: SECRET_BYTES })
  const totp = new TOTP({ issuer, label: account, secret, period: STEP_SECONDS })
  return Object.freeze({ secret: secret.base32, uri: totp.toString() })
}

/** What a code is checked against. */
export interface TotpCheck {
  /** In base32. */
  readonly secret: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** What the last good code of this secret returned; undefined: there was none. */
  readonly lastStep: number | undefined
}

/**
 * Checks a code that somebody typed; blanks in it don't matter. Each code is good once, and none
 * after a later one (RFC 6238 §5.2): that holds only when the caller keeps the step that comes back
 * by a write with `lastStep` as its precondition. Guesses are one in 300,000: limit them.
 * @returns the time step of the code; undefined when it is wrong, too old or used
 */
export function verifyTotp(
  code: string,
  { secret, now, lastStep = -1 }: TotpCheck,
): number | undefined {
  const token = code.replaceAll(' ', '')
  // The library compares in constant time, and throws on letters that are not ASCII.
  if (!CODE.test(token)) return undefined
  const totp = new TOTP({ secret, period: STEP_SECONDS })
  const delta = totp.validate({ token, timestamp: now, window: WINDOW_STEPS })
  if (delta === null) return undefined
  const step = totp.counter({ timestamp: now }) + delta
  return step > lastStep ? step : undefined
}
