/** The token endpoint of OAuth 2 as a form (RFC 6749 §4.3, §6), so that the Authorize button of Swagger UI works. */
import type { LimitedAction, Limiter } from '../action/limiter.ts'
import { ForbiddenError, InvalidError, UnauthenticatedError } from '../errors.ts'
import type { RequestClient } from '../security/request-client.ts'
import { ACTION_TAG } from './action-operations.ts'
import { ExtendedError } from './http-error.ts'
import type { Operation } from './operation.ts'
import { objectSchema } from './resource-schemas.ts'

/** The path of the form. */
export const TOKEN_PATH = '/login'

/** What somebody brings to get tokens. */
export type TokenGrant =
  | { readonly grantType: 'password'; readonly username: string; readonly password: string }
  | { readonly grantType: 'refresh_token'; readonly refreshToken: string }

/** RFC 6749 §5.1. */
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly refresh_token: string
}

/**
 * @param client who is at the other end
 * @throws UnauthenticatedError when what is brought is not good, with the same words whatever is wrong; ForbiddenError when it is
 * good, and its owner may not log in
 */
export type GrantTokens = (grant: TokenGrant, client: RequestClient) => Promise<TokenAnswer>

/** Actions that do the same as each grant, whose tries are counted together with those of the form. */
export type GrantLimits = Readonly<Record<TokenGrant['grantType'], LimitedAction>>

/** How the form is held to limits. */
export interface FormLimits {
  readonly limiter: Limiter
  /** Absent: not at all. */
  readonly grantLimits?: GrantLimits
}

/** Longest value of a field that is looked at. */
const MAX_LENGTH = 1024

/** `POST /login`. */
export function oauthFormOperation(
  grantTokens: GrantTokens,
  { limiter, grantLimits }: FormLimits,
): Operation {
  function grantWithin(grant: TokenGrant, client: RequestClient): Promise<TokenAnswer> {
    const grantNow = (): Promise<TokenAnswer> => grantTokens(grant, client)
    if (grantLimits === undefined) return grantNow()
    const tried = { input: inputOf(grant), client, subject: undefined }
    return limiter(grantLimits[grant.grantType], tried, grantNow)
  }

  return Object.freeze<Operation>({
    name: 'login_form',
    method: 'POST',
    path: TOKEN_PATH,
    tag: ACTION_TAG,
    summary: 'Log in by form',
    description:
      'The token endpoint of OAuth 2. Its problems also have `error` and `error_description`. What a client says of itself (`client_id`, `scope`) is not needed and not looked at.',
    security: 'none',
    parameters: [],
    body: FORM,
    answers: { 200: { description: 'Tokens.', schema: TOKENS, example: TOKENS_EXAMPLE } },
    errors: ['too_many_requests'],
    async handle({ query, body, client }) {
      query.refuseRest()
      const tokens = await grantWithin(readGrant(body), client).catch((error: unknown) => {
        if (error instanceof UnauthenticatedError || error instanceof ForbiddenError) {
          throw refuse('invalid_grant', error.message)
        }
        if (error instanceof InvalidError) throw refuse('invalid_request', error.message)
        throw error
      })
      return {
        status: 200,
        headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
        body: tokens,
      }
    },
  })
}

/** As the members of the action's input are called. */
function inputOf(grant: TokenGrant): object {
  if (grant.grantType === 'refresh_token') return { refresh_token: grant.refreshToken }
  return { username: grant.username, password: grant.password }
}

function readGrant(body: unknown): TokenGrant {
  const form: ReadonlyMap<unknown, unknown> = body instanceof Map ? body : new Map()
  const field = (name: string): string => {
    const value = form.get(name)
    if (typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH) return value
    throw refuse('invalid_request', `${name} must be there, and at most ${MAX_LENGTH} characters.`)
  }
  switch (field('grant_type')) {
    case 'password':
      return { grantType: 'password', username: field('username'), password: field('password') }
    case 'refresh_token':
      return { grantType: 'refresh_token', refreshToken: field('refresh_token') }
    default:
      throw refuse('unsupported_grant_type', 'grant_type must be password or refresh_token.')
  }
}

/** RFC 6749 §5.2: the status is 400 for all of these. */
function refuse(
  error: 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type',
  description: string,
): ExtendedError {
  return new ExtendedError(new InvalidError([{ pointer: '', detail: description }]), {
    error,
    error_description: description,
  })
}

const FORM: NonNullable<Operation['body']> = Object.freeze({
  contentType: 'application/x-www-form-urlencoded',
  isRequired: true,
  schema: {
    type: 'object',
    properties: {
      grant_type: { type: 'string', enum: ['password', 'refresh_token'] },
      username: { type: 'string' },
      password: { type: 'string', format: 'password' },
      refresh_token: { type: 'string' },
    },
    required: ['grant_type'],
  },
  examples: {
    password: {
      summary: 'Log in',
      value: { grant_type: 'password', username: 'tim', password: 'a quiet green lamp' },
    },
  },
})

const TOKENS = objectSchema({
  access_token: { type: 'string' },
  token_type: { const: 'Bearer' },
  expires_in: { type: 'integer', description: 'Seconds until the access token ends.' },
  refresh_token: { type: 'string' },
})

const TOKENS_EXAMPLE = Object.freeze({
  access_token: 'eyJ…',
  token_type: 'Bearer',
  expires_in: 900,
  refresh_token: 'a text that is good once',
})
