/** The answer of every action that gives tokens. */
import Type from 'typebox'

/** RFC 6749 §5.1. */
export const TOKEN_ANSWER = Type.Object({
  access_token: Type.String({ description: 'Send it as `Authorization: Bearer …`.' }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds until the access token ends.' }),
  refresh_token: Type.String({ description: 'Good once, for the next pair of tokens.' }),
})
