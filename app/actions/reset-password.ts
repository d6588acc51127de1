/** Chooses a new password by a link that was mailed. */
import Type from 'typebox'
import { action, perAddress, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { NEW_PASSWORD } from '../password-rules.ts'

/** Spends the link, and ends every session of the account. */
export function resetPasswordAction(accounts: Accounts) {
  return action('reset_password', {
    description:
      'Chooses a new password with the token of a link that was mailed, which is good for 30 minutes and once. All sessions end.',
    input: Type.Object(
      { token: Type.String({ minLength: 1, maxLength: 100 }), password: NEW_PASSWORD },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isPublic: true,
    isTransactional: false,
    limits: [perAddress({ count: 60, seconds: 300 })],
    run: (input, { client }) => accounts.recoverPassword({ ...input, client }),
  })
}
