/** Keeps the tokens of a page in cookies that no script can read, for requests that ask for it. */
import { parseCookie, stringifySetCookie } from 'cookie'
import type { Action } from '../action/action.ts'
import type { TokenPair } from '../auth/sessions.ts'
import { DeclarationError, ForbiddenError, InvalidError, UnauthenticatedError } from '../errors.ts'
import { actionPath } from '../resource/operation-name.ts'
import type { Verifier } from './authenticate.ts'
import type {
  Answer,
  DocumentedAnswer,
  JsonSchema,
  Operation,
  OperationRequest,
  Parameter,
} from './operation.ts'

/** Which cookies hold tokens. */
export interface SessionCookieOptions {
  /**
   * Cookies with the access token, for what elements of a page ask for by themselves, such as images: who serves the path reads
   * them. Default none.
   */
  readonly access?: readonly { readonly name: string; readonly path: string }[]
  /** How long browsers keep them after each answer with tokens: as long as a session lives. Default 30 days. */
  readonly lifetimeSeconds?: number
}

/** What {@link createSessionCookies} needs. */
export interface SessionCookieParts {
  readonly actions: readonly Action[]
  readonly verifier: Verifier
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Gives operations that answer tokens, or end a session, a second way: by cookies. */
export type SessionCookies = (operation: Operation, action: Action) => Operation

/** The header that asks for it. No form and no page of another origin can send it, unless CORS lets it. */
const HEADER = 'holdfast-session'
const COOKIE = 'cookie'
const REFRESH = 'holdfast_refresh'
const ACCESS = 'holdfast_access'
const DAY_SECONDS = 86_400
/** Servers tell sockets of the end of a token 60 s before: one that is good for longer need not be traded for another. */
const FRESH_SECONDS = 120

const SESSION: Parameter = Object.freeze({
  name: 'Holdfast-Session',
  in: 'header',
  description:
    'For pages of this server: `cookie` keeps the refresh token in a cookie that scripts can’t read, and leaves it out of the answer.',
  schema: { type: 'string', enum: [COOKIE] },
  component: 'holdfast_session',
})

/**
 * Makes what serves cookies. The refresh token goes to the action that takes one, and nowhere else; the access token goes there too, so
 * that a page which is loaded again, and another tab, get the one that is good yet and spend nothing.
 * @throws DeclarationError when no action takes a refresh token
 */
export function createSessionCookies(
  { access = [], lifetimeSeconds = 30 * DAY_SECONDS }: SessionCookieOptions,
  { actions, verifier, now }: SessionCookieParts,
): SessionCookies {
  const refresh = actions.find(takesRefreshToken)
  if (refresh === undefined) {
    throw new DeclarationError(
      'Session cookies need an action that answers tokens and takes a `refresh_token`: there is none.',
    )
  }
  const path = actionPath(refresh.name)
  const places = [{ name: ACCESS, path }, ...access]

  function cookiesWith(tokens: TokenPair, isSecure: boolean): readonly string[] {
    const set = cookieWriter({ isSecure, maxAge: lifetimeSeconds })
    const accessLife = Math.min(tokens.expires_in, lifetimeSeconds)
    return [
      set({ name: REFRESH, path, value: tokens.refresh_token }),
      ...places.map((place) => set({ ...place, value: tokens.access_token, maxAge: accessLife })),
    ]
  }

  function noCookies(isSecure: boolean): readonly string[] {
    const set = cookieWriter({ isSecure, maxAge: 0 })
    return [{ name: REFRESH, path }, ...places].map((place) => set({ ...place, value: '' }))
  }

  /** The access token that the browser has, while it is good for a while. */
  async function keptAnswer(token: string | undefined): Promise<Answer | undefined> {
    if (token === undefined) return undefined
    const caller = verifier.peek(token) ?? (await verifier.verify(token).catch(nobody))
    const expiresIn = Math.floor((caller?.expiresAtSeconds ?? 0) - now() / 1000)
    if (expiresIn < FRESH_SECONDS) return undefined
    const body = { access_token: token, token_type: 'Bearer', expires_in: expiresIn }
    return { status: 200, headers: { 'cache-control': 'no-store' }, body }
  }

  async function answerTokens(operation: Operation, request: CookieRequest): Promise<Answer> {
    const answer = await operation.handle(request)
    const tokens = answer.body as TokenPair // as its output declares
    const { refresh_token: _, ...body } = tokens
    return { ...answer, body, cookies: cookiesWith(tokens, request.reachedAt.isSecure) }
  }

  async function trade(operation: Operation, request: CookieRequest): Promise<Answer> {
    const kept = parseCookie(request.headers.cookie ?? '')
    const known = await keptAnswer(kept[ACCESS])
    if (known !== undefined) return known
    const refreshToken = kept[REFRESH]
    if (refreshToken === undefined) throw new UnauthenticatedError('Nobody is logged in here.')
    return answerTokens(operation, { ...request, body: { refresh_token: refreshToken } })
  }

  async function end(operation: Operation, request: CookieRequest): Promise<Answer> {
    const answer = await operation.handle(request)
    return { ...answer, cookies: noCookies(request.reachedAt.isSecure) }
  }

  return (operation, action) => {
    if (!action.answersTokens && !action.endsSession) return operation
    const handle = action.endsSession ? end : takesRefreshToken(action) ? trade : answerTokens
    return Object.freeze<Operation>({
      ...operation,
      parameters: [...operation.parameters, SESSION],
      ...(action.answersTokens && withoutRefreshToken(operation)),
      async handle(request) {
        if (!isAsked(request)) return operation.handle(request)
        return handle(operation, requestOfPage(request))
      },
    })
  }
}

interface CookieRequest extends OperationRequest {
  readonly reachedAt: NonNullable<OperationRequest['reachedAt']>
}

interface Written {
  readonly name: string
  readonly path: string
  readonly value: string
  readonly maxAge?: number
}

function cookieWriter(common: { readonly isSecure: boolean; readonly maxAge: number }) {
  return ({ name, path, value, maxAge = common.maxAge }: Written): string =>
    stringifySetCookie({
      name,
      value,
      path,
      maxAge,
      httpOnly: true,
      sameSite: 'strict',
      secure: common.isSecure,
    })
}

function nobody(): undefined {
  return undefined
}

function takesRefreshToken({ answersTokens, input }: Action): boolean {
  const { properties = {} } = input as { readonly properties?: object } // a schema of an object, as a rule
  return answersTokens && 'refresh_token' in properties
}

/** @throws InvalidError for another word than `cookie` */
function isAsked({ headers }: OperationRequest): boolean {
  const asked = headers[HEADER]
  if (asked === undefined || asked === COOKIE) return asked === COOKIE
  throw new InvalidError([{ pointer: '', detail: `Holdfast-Session must be ${COOKIE}.` }])
}

/**
 * A browser says where a page comes from that asks: `SameSite` alone would let pages of other hosts of the site ask too. Programs say
 * nothing, and no browser lends them cookies.
 * @throws ForbiddenError for pages of other origins; InvalidError where no cookie can be set
 */
function requestOfPage(request: OperationRequest): CookieRequest {
  const { headers, reachedAt } = request
  if (reachedAt === undefined) {
    throw new InvalidError([{ pointer: '', detail: 'Cookies are set over HTTP, not by a Call.' }])
  }
  const site = headers['sec-fetch-site']
  const isOwn =
    site === undefined
      ? headers.origin === undefined || URL.parse(headers.origin)?.host === reachedAt.host
      : site === 'same-origin'
  if (!isOwn) throw new ForbiddenError('Only pages of this server may keep a session in cookies.')
  return { ...request, reachedAt }
}

/** Documents: with cookies the refresh token is neither sent nor answered. */
function withoutRefreshToken({ body, answers }: Operation): Partial<Operation> {
  return {
    ...(body && {
      body: {
        ...body,
        schema: relaxed(body.schema),
        isRequired: body.isRequired && requiredIn(body.schema).length > 0,
      },
    }),
    answers: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, relaxedAnswer(answer)]),
    ),
  }
}

function relaxedAnswer(answer: DocumentedAnswer): DocumentedAnswer {
  return answer.schema === undefined ? answer : { ...answer, schema: relaxed(answer.schema) }
}

function relaxed(schema: JsonSchema): JsonSchema {
  return 'required' in schema ? { ...schema, required: requiredIn(schema) } : schema
}

function requiredIn({ required = [] }: JsonSchema): readonly string[] {
  return (required as readonly string[]).filter((name) => name !== 'refresh_token')
}
