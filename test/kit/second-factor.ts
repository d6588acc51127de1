/** Gives people of a messenger under test a second factor, and the codes that their apps show. */
import type { LightMyRequestResponse } from 'fastify'
import type { Call, Person } from './messenger.ts'
import { totpCode } from './totp-code.ts'

type Send = (line: string, call: Call) => Promise<LightMyRequestResponse>

/** A time that tests move by hand. */
export interface MovableClock {
  ms: number
}

/** A second factor that has been confirmed. */
export interface TestFactor {
  readonly secret: string
  readonly recoveryCodes: readonly string[]
  /** A code that was not shown before: time goes by until there is one. */
  next(): string
  /** The code that is shown now. */
  shown(): string
}

/** One step of the codes. */
export const STEP_MS = 30_000

/** Begins. @returns the secret */
export async function beginFactor(call: Send, as: string, password: string): Promise<string> {
  const begun = await call('POST /actions/second-factor-begin', { as, json: { password } })
  return begun.json<{ secret: string }>().secret
}

/** Begins and confirms a second factor of somebody. */
export async function addFactor(
  call: Send,
  clock: MovableClock,
  { token: as, password }: Pick<Person, 'token'> & { readonly password: string },
): Promise<TestFactor> {
  const secret = await beginFactor(call, as, password)
  const shown = (): string => totpCode(secret, clock.ms)
  const json = { code: shown() }
  const confirmed = await call('POST /actions/second-factor-confirm', { as, json })
  return {
    secret,
    recoveryCodes: confirmed.json<{ recovery_codes: string[] }>().recovery_codes,
    shown,
    next() {
      clock.ms += STEP_MS
      return shown()
    },
  }
}
