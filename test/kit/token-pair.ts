/** Tokens that are good for nothing, as login and refresh answer them. */
import type { TokenPair } from '../../framework/index.ts'

export const TOKENS: TokenPair = {
  access_token: 'a',
  token_type: 'Bearer',
  expires_in: 900,
  refresh_token: 'r',
}
