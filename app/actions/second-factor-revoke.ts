/** Takes away the second factor of somebody who has lost it. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import { PASSWORD } from '../password-rules.ts'
import type { SecondFactors } from '../second-factor.ts'
import { UUID } from '../uuid.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** For admins, who prove to know their own password: a session of theirs that was stolen opens no other account. */
export function secondFactorRevokeAction(secondFactors: SecondFactors) {
  return action('second_factor_revoke', {
    description:
      'Takes away the second factor of another user, who has lost it with its recovery codes. For admins, who bring their own password; it is written down.',
    input: Type.Object({ user_id: UUID, password: PASSWORD }, { additionalProperties: false }),
    triggers: [web()],
    scopes: ['admin'],
    isTransactional: false,
    limits: PROOF_LIMITS,
    examples: [
      {
        name: 'Of somebody else',
        input: {
          user_id: '019b78c9-0a80-7000-9100-5eed00000000',
          password: 'a quiet green lamp',
        },
      },
    ],
    async run({ user_id: user, password }, { caller: { subject: actor }, client }) {
      if (actor === undefined) throw new UnauthenticatedError()
      await secondFactors.revoke({ user, actor, password, client })
    },
  })
}
