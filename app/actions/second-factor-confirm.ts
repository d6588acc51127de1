/** Confirms the second factor that the caller has begun. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import { CODE, type SecondFactors } from '../second-factor.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** Takes a first code of the app, and answers recovery codes, once. */
export function secondFactorConfirmAction(secondFactors: SecondFactors) {
  return action('second_factor_confirm', {
    description:
      'Confirms by a code that the authenticator app has the secret: from now on `login` asks for a code. Answers recovery codes, each good once in place of such a code; they are shown this once.',
    input: Type.Object({ code: CODE }, { additionalProperties: false }),
    output: Type.Object({
      recovery_codes: Type.Array(Type.String({ examples: ['7K3M-Q0ZD-9W2A-HXNE'] })),
    }),
    triggers: [web()],
    answersTokens: true,
    isTransactional: false,
    limits: PROOF_LIMITS,
    examples: [{ name: 'What the app shows', input: { code: '123456' } }],
    async run({ code }, { caller: { subject: user }, client }) {
      if (user === undefined) throw new UnauthenticatedError()
      return { recovery_codes: [...(await secondFactors.confirm({ user, code, client }))] }
    },
  })
}
