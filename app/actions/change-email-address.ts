/** Changes the caller's e-mail address. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { PASSWORD } from '../password-rules.ts'
import { EMAIL_ADDRESS } from '../resources/user.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** Asks the password: whoever gets at the address gets the account. */
export function changeEmailAddressAction(accounts: Accounts) {
  return action('change_email_address', {
    description:
      'Changes your e-mail address, or removes it by `null`. The new one is asked by mail whether it is right; the one that was confirmed before is told, and good for recovering the account until then.',
    input: Type.Object(
      { password: PASSWORD, email_address: Type.Union([EMAIL_ADDRESS, Type.Null()]) },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isTransactional: false,
    limits: PROOF_LIMITS,
    examples: [
      {
        name: 'A new address',
        input: { password: 'a quiet green lamp', email_address: 'tim@example.org' },
      },
    ],
    async run(change, { caller: { subject: user }, client }) {
      if (user === undefined) throw new UnauthenticatedError()
      await accounts.changeEmailAddress({ ...change, user, client })
    },
  })
}
