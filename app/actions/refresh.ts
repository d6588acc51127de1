/** Trades a refresh token for the next pair of tokens. */
import Type from 'typebox'
import { action, perAddress, web } from '../../framework/index.ts'
import type { Accounts } from '../accounts.ts'
import { TOKEN_ANSWER } from './token-answer.ts'

/** Spends a refresh token; one that was spent before ends its session (RFC 9700 §4.14.2). */
export function refreshAction(accounts: Accounts) {
  return action('refresh', {
    description:
      'Trades a refresh token for a new pair of tokens. Each is good once; one that comes again ends its session.',
    input: Type.Object(
      { refresh_token: Type.String({ minLength: 1, maxLength: 512 }) },
      { additionalProperties: false },
    ),
    output: TOKEN_ANSWER,
    triggers: [web()],
    isPublic: true,
    answersTokens: true,
    isTransactional: false,
    limits: [perAddress({ count: 300, seconds: 60 })],
    run: ({ refresh_token }, { client }) => accounts.refresh(refresh_token, client),
  })
}
