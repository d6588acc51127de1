/** Begins a second factor of the caller. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import { PASSWORD } from '../password-rules.ts'
import type { SecondFactors } from '../second-factor.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** Asks the password, and answers a secret for an authenticator app, once. */
export function secondFactorBeginAction(secondFactors: SecondFactors) {
  return action('second_factor_begin', {
    description:
      'Makes the secret of a second factor for an authenticator app. It is shown this once, and counts when `second_factor_confirm` has had a code of it.',
    input: Type.Object({ password: PASSWORD }, { additionalProperties: false }),
    output: Type.Object({
      secret: Type.String({ description: 'In base32, for who types it into the app.' }),
      uri: Type.String({ description: '`otpauth://…`, for a QR code that the app reads.' }),
    }),
    triggers: [web()],
    answersTokens: true,
    isTransactional: false,
    limits: PROOF_LIMITS,
    examples: [{ name: 'The password', input: { password: 'a quiet green lamp' } }],
    run({ password }, { caller: { subject: user } }) {
      if (user === undefined) throw new UnauthenticatedError()
      return secondFactors.begin({ user, password })
    },
  })
}
