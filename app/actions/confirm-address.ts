/** Confirms an e-mail address by a link that was mailed to it. */
import Type from 'typebox'
import { action, perAddress, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'

/** Spends the link. */
export function confirmAddressAction(accounts: Accounts) {
  return action('confirm_address', {
    description:
      'Confirms that an e-mail address is that of an account, with the token of the link that was mailed to it: good for seven days and once.',
    input: Type.Object(
      { token: Type.String({ minLength: 1, maxLength: 100 }) },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isPublic: true,
    isTransactional: false,
    limits: [perAddress({ count: 60, seconds: 300 })],
    run: ({ token }) => accounts.confirmAddress(token),
  })
}
