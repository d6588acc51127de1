/** Ends every session of the caller. */
import Type from 'typebox'
import { action, UnauthenticatedError, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'

/** Ends all sessions of whose token is sent, that of the token included. */
export function logoutEverywhereAction(accounts: Accounts) {
  return action('logout_everywhere', {
    description: 'Ends every session of the caller, this one included.',
    input: Type.Object({}, { additionalProperties: false }),
    triggers: [web()],
    isTransactional: false,
    endsSession: true,
    async run(_input, { caller, client }) {
      if (caller.subject === undefined) throw new UnauthenticatedError()
      await accounts.logoutEverywhere(caller.subject, client)
    },
  })
}
