/** Changes the caller's password. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { NEW_PASSWORD, PASSWORD } from '../password-rules.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** Asks the old password, and ends every session but the caller's own. */
export function changePasswordAction(accounts: Accounts) {
  return action('change_password', {
    description: 'Changes your password, and ends all your other sessions; this one goes on.',
    input: Type.Object(
      { password: PASSWORD, new_password: NEW_PASSWORD },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isTransactional: false,
    limits: PROOF_LIMITS,
    examples: [
      {
        name: 'A new password',
        input: { password: 'a quiet green lamp', new_password: 'no loud red chair' },
      },
    ],
    async run(passwords, { caller, client }) {
      if (caller.subject === undefined) throw new UnauthenticatedError()
      await accounts.changePassword({
        ...passwords,
        user: caller.subject,
        session: caller.session,
        client,
      })
    },
  })
}
