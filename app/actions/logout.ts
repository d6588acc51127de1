/** Ends the caller's session. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'

/** Ends the session that the token belongs to: its access tokens and its refresh token. */
export function logoutAction(accounts: Accounts) {
  return action('logout', {
    description: 'Ends the session of the token that is sent.',
    input: Type.Object({}, { additionalProperties: false }),
    triggers: [web()],
    isTransactional: false,
    endsSession: true,
    async run(_input, { caller, client }) {
      if (caller.session === undefined) throw new UnauthenticatedError()
      await accounts.logout(caller.session, client)
    },
  })
}
