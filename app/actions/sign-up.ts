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
import type { mailPasswordJob } from '../jobs/mail-password.ts'
import { noMail } from '../mail/no-mail.ts'
import { NEW_PASSWORD } from '../password-rules.ts'
import { EMAIL_ADDRESS, FULL_NAME, user, USERNAME } from '../resources/user.ts'

/** @param mail undefined where no mail is sent: then a password must be chosen */
export function signUpAction(
  accounts: Accounts,
  mail: ReturnType<typeof mailPasswordJob> | undefined,
) {
  return action('sign_up', {
    description:
      'Makes an account. Log in with it afterwards. Without a `password` one is made up and mailed to `email_address`, which is needed then; it is good for one login, which brings another as `new_password`. 503 where no mail is sent.',
    input: Type.Object(
      {
        username: USERNAME,
        password: Type.Optional(NEW_PASSWORD),
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
      // Nobody's inbox is filled by others.
      perInput('email_address', { count: 10, seconds: 3600 }),
    ],
    examples: [
      {
        name: 'A new user',
        input: { username: 'tim', password: 'a quiet green lamp', full_name: 'Tim Example' },
      },
      {
        name: 'A password by mail',
        input: { username: 'lea', email_address: 'lea@example.org' },
      },
    ],
    async prepare(account) {
      const prepared = await accounts.prepare(account)
      if (account.password === undefined && mail === undefined) throw noMail()
      return prepared
    },
    async run({ password }, { prepared, stores, transaction, jobs }) {
      const key = await accounts.signUp(prepared, transaction)
      if (password === undefined && mail !== undefined) await jobs.send(mail, { user: key })
      const users = stores.store('user')
      if (users === undefined) throw new ForbiddenError()
      return users.readOrThrow(key, { transaction })
    },
  })
}
