/** Deletes the caller's account. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { MESSAGE_FATES } from '../delete-account.ts'
import { PASSWORD } from '../password-rules.ts'
import { CODE } from '../second-factor.ts'
import { PROOF_LIMITS } from './proof-limits.ts'

/** Asks the password, and a code of who has a second factor: whoever has found a device that is logged in takes no account away. */
export function deleteAccountAction(accounts: Accounts) {
  return action('delete_account', {
    description:
      'Deletes your account, for good. `messages`: `keep` leaves what you wrote, as of a deleted user; `delete` deletes it. Your groups go to who has been in them for longest. Who has a second factor brings a `code`. 409 for the only admin.',
    input: Type.Object(
      {
        password: PASSWORD,
        code: Type.Optional(CODE),
        messages: Type.Enum([...MESSAGE_FATES]),
      },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isTransactional: false,
    endsSession: true,
    limits: PROOF_LIMITS,
    examples: [
      {
        name: 'What was written stays',
        input: { password: 'a quiet green lamp', messages: 'keep' },
      },
    ],
    async run(deletion, { caller: { subject: user }, client }) {
      if (user === undefined) throw new UnauthenticatedError()
      await accounts.deleteAccount({ ...deletion, user, client })
    },
  })
}
