/** The public keys of access tokens, so that others can verify them (RFC 7517). */
import type { JwkSet } from '../auth/token-keys.ts'
import type { Operation } from './operation.ts'
import { objectSchema } from './resource-schemas.ts'

/** RFC 7517 §8.5.1. */
const JWK_SET_TYPE = 'application/jwk-set+json'
/**
 * How long anybody may keep it. Who meets a key that it does not know asks again sooner; a key that has been taken away is good for
 * nobody's new tokens.
 */
const MAX_AGE_SECONDS = 300

const KEY_SCHEMA = Object.freeze({
  type: 'object',
  description: 'One public key.',
  properties: {
    kty: { enum: ['OKP', 'EC', 'RSA'] },
    kid: { type: 'string', description: 'The `kid` of its tokens.' },
    alg: { enum: ['EdDSA', 'ES256', 'RS256'] },
    use: { const: 'sig' },
  },
  required: ['kty', 'kid', 'alg', 'use'],
})

/** `GET /.well-known/jwks.json`. */
export function jwksOperation(keySet: JwkSet): Operation {
  return Object.freeze<Operation>({
    name: 'jwks',
    method: 'GET',
    path: '/.well-known/jwks.json',
    tag: 'keys',
    summary: 'Public keys',
    description:
      'The keys with which access tokens are verified, as far as they are public: none when tokens are signed with a shared secret.',
    security: 'none',
    parameters: [],
    answers: {
      200: {
        description: 'A JWK Set.',
        contentType: JWK_SET_TYPE,
        schema: objectSchema({ keys: { type: 'array', items: KEY_SCHEMA } }),
        example: { keys: [] },
      },
    },
    errors: [],
    async handle({ query }) {
      query.refuseRest()
      const headers = {
        'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
        'content-type': JWK_SET_TYPE,
      }
      return { status: 200, headers, body: keySet }
    },
  })
}
