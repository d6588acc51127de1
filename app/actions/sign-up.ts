/** Makes an account: the only way in which users come to be. */
import Type from 'typebox'
import {
  action,
  ForbiddenError,
  perAddress,
  perInput,
  resultSchema,
  web,
} from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { NEW_PASSWORD } from '../password-rules.ts'
import { EMAIL_ADDRESS, FULL_NAME, user, USERNAME } from '../resources/user.ts'

/** Makes an account. */
export function signUpAction(accounts: Accounts) {
  return action('sign_up', {
    description: 'Makes an account. Log in with it afterwards.',
    input: Type.Object(
      {
        username: USERNAME,
        password: NEW_PASSWORD,
        full_name: Type.Optional(FULL_NAME),
        email_address: Type.Optional(EMAIL_ADDRESS),
      },
      { additionalProperties: false },
    ),
    output: resultSchema(user),
    triggers: [web({ status: 201 })],
    isPublic: true,
    limits: [
      perAddress({ count: 100, seconds: 3600 }),
      perInput('username', { count: 10, seconds: 60 }),
    ],
    examples: [
      {
        name: 'A new user',
        input: { username: 'tim', password: 'a quiet green lamp', full_name: 'Tim Example' },
      },
    ],
    prepare: (account) => accounts.prepare(account),
    async run(_input, { prepared, stores, transaction }) {
      const key = await accounts.signUp(prepared, transaction)
      const users = stores.store('user')
      if (users === undefined) throw new ForbiddenError()
      return users.readOrThrow(key, { transaction })
    },
  })
}
