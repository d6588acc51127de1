/** Removes the caller's second factor. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import { PASSWORD } from '../password-rules.ts'
import { CODE, type SecondFactors } from '../second-factor.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** Asks the password and a code; from then on the password is enough. */
export function secondFactorRemoveAction(secondFactors: SecondFactors) {
  return action('second_factor_remove', {
    description:
      'Removes your second factor and its recovery codes: logging in takes the password alone again.',
    input: Type.Object({ password: PASSWORD, code: CODE }, { additionalProperties: false }),
    triggers: [web()],
    isTransactional: false,
    limits: PROOF_LIMITS,
    examples: [
      {
        name: 'The password and a code',
        input: { password: 'a quiet green lamp', code: '123456' },
      },
    ],
    async run(proof, { caller: { subject: user }, client }) {
      if (user === undefined) throw new UnauthenticatedError()
      await secondFactors.remove({ ...proof, user, client })
    },
  })
}
