/** Logs in by name and password. */
import Type from 'typebox'
import { action, perAccount, perAddress, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { NEW_PASSWORD, PASSWORD } from '../password-rules.ts'
import { CODE } from '../second-factor.ts'
import { TOKEN_ANSWER } from './token-answer.ts'

/** Opens a session and answers its tokens. */
export function loginAction(accounts: Accounts) {
  return action('login', {
    description:
      'Logs in by username and password. A wrong name and a wrong password are told alike; 403 for who is blocked. Who has a second factor and brings the right password without a good `code` is refused with 401 too, and `errors` points at `/code`; so is who brings a password that was mailed without a `new_password` to put in its place, and `errors` points at `/new_password`. The case of the username does not matter.',
    input: Type.Object(
      {
        username: Type.String({ minLength: 1, maxLength: 255 }),
        password: PASSWORD,
        code: Type.Optional(CODE),
        new_password: Type.Optional(NEW_PASSWORD),
      },
      { additionalProperties: false },
    ),
    output: TOKEN_ANSWER,
    triggers: [web()],
    isPublic: true,
    answersTokens: true,
    isTransactional: false,
    limits: [
      // Many people may be behind one address; nobody needs hundreds of passwords.
      perAddress({ count: 60, seconds: 300 }),
      perAccount('username', {
        fromOneAddress: { count: 5, seconds: 300 },
        fromAll: { count: 10, seconds: 900, longestStallSeconds: 60 },
        knownSeconds: 30 * 24 * 3600,
      }),
    ],
    examples: [
      { name: 'The seeded administrator', input: { username: 'admin', password: 'Password123!' } },
    ],
    run: (credentials, { client }) => accounts.login(credentials, client),
  })
}
