/** Tests session-cookies.ts: tokens in cookies, for pages of this server alone. */
import t from 'tap'
import Type from 'typebox'
import { parseSetCookie } from 'cookie'
import { action, web, type Action } from '../../../framework/action/action.ts'
import { DeclarationError, UnauthenticatedError } from '../../../framework/errors.ts'
import type { Answer, Operation, OperationRequest } from '../../../framework/http/operation.ts'
import { queryOf } from '../../../framework/http/query.ts'
import { createSessionCookies } from '../../../framework/http/session-cookies.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'

const NOW_SECONDS = 1_000_000
const TOKENS = Type.Object({ access_token: Type.String(), refresh_token: Type.String() })
const pair = (name: string) => ({
  access_token: `access-${name}`,
  token_type: 'Bearer',
  expires_in: 900,
  refresh_token: `refresh-${name}`,
})

const declare = (name: string, input: Type.TSchema, more: object): Action =>
  action(name, {
    description: 'A part of accounts.',
    input,
    triggers: [web()],
    run: async () => undefined,
    ...more,
  })
const login = declare('log_in', Type.Object({}), { answersTokens: true, output: TOKENS })
const REFRESH_INPUT = Type.Object({ refresh_token: Type.String() })
const refresh = declare('go_on', REFRESH_INPUT, { answersTokens: true, output: TOKENS })
const logout = declare('log_out', Type.Object({}), { endsSession: true })
const other = declare('other', Type.Object({}), {})

/** What the operation beneath was asked with. */
function open(answer: Partial<Answer> = {}) {
  const asked: unknown[] = []
  const verify = async (token: string) => {
    const seconds = /^lasts-(\d+)$/.exec(token)?.[1]
    if (seconds === undefined) throw new UnauthenticatedError()
    return { ...ANONYMOUS, subject: 'ann', expiresAtSeconds: NOW_SECONDS + Number(seconds) }
  }
  const cookies = createSessionCookies(
    { access: [{ name: 'pictures', path: '/pictures' }], lifetimeSeconds: 5000 },
    {
      actions: [login, refresh, logout, other],
      verifier: { peek: () => undefined, verify },
      now: () => NOW_SECONDS * 1000,
    },
  )
  const operationOf = ({ name, output, input }: Action): Operation => ({
    name,
    method: 'POST',
    path: `/actions/${name}`,
    tag: '',
    summary: '',
    description: '',
    security: 'none',
    parameters: [],
    body: {
      contentType: 'application/json',
      schema: input as Record<string, unknown>,
      examples: {},
      isRequired: true,
    },
    answers: { 200: { description: '', ...(output && { schema: output as never }) } },
    errors: [],
    async handle({ body }) {
      asked.push(body)
      return { status: 200, body: pair('next'), ...answer }
    },
  })
  const wrap = (one: Action) => cookies(operationOf(one), one)
  return { asked, wrap, operationOf, cookies }
}

const request = (
  headers: OperationRequest['headers'] = {},
  more: Partial<OperationRequest> = {},
): OperationRequest => ({
  authorization: ANONYMOUS,
  client: { address: '192.0.2.7', userAgent: undefined },
  key: '',
  query: queryOf([]),
  headers,
  body: {},
  reachedAt: { isSecure: true, host: 'chat.example' },
  ...more,
})
const page = { 'holdfast-session': 'cookie', 'sec-fetch-site': 'same-origin' }
const written = ({ cookies = [] }: Answer) => cookies.map((one) => parseSetCookie(one))

t.test(
  'who does not ask for cookies gets tokens as ever, and what is no matter of tokens stays',
  async (t) => {
    const { wrap, asked, operationOf, cookies } = open()
    const answer = await wrap(login).handle(request({ cookie: 'holdfast_refresh=x' }))
    t.same(answer, { status: 200, body: pair('next') })
    await wrap(refresh).handle(request({}, { body: { refresh_token: 'mine' } }))
    t.same(asked, [{}, { refresh_token: 'mine' }])
    const operation = operationOf(other)
    t.equal(cookies(operation, other), operation)
  },
)

t.test('a page is told no refresh token, and scripts can’t read where it is', async (t) => {
  const answer = await open().wrap(login).handle(request(page))
  const { refresh_token: _, ...told } = pair('next')
  t.same(answer.body, told)
  const common = { httpOnly: true, sameSite: 'strict', secure: true }
  t.match(written(answer), [
    {
      ...common,
      name: 'holdfast_refresh',
      value: 'refresh-next',
      path: '/actions/go-on',
      maxAge: 5000,
    },
    {
      ...common,
      name: 'holdfast_access',
      value: 'access-next',
      path: '/actions/go-on',
      maxAge: 900,
    },
    { ...common, name: 'pictures', value: 'access-next', path: '/pictures', maxAge: 900 },
  ])
  const plain = await open()
    .wrap(login)
    .handle(request(page, { reachedAt: { isSecure: false, host: 'chat.example' } }))
  t.notMatch(written(plain), [{ secure: true }], 'over http a browser would not keep it')
})

t.test(
  'a refresh without a body spends the cookie, or nothing while the access token is good',
  async (t) => {
    const { wrap, asked } = open()
    const { handle } = wrap(refresh)
    const answer = await handle(request({ ...page, cookie: 'a=b; holdfast_refresh=old' }))
    t.same(asked, [{ refresh_token: 'old' }])
    t.match(written(answer), [{ value: 'refresh-next' }, {}, {}])

    const kept = await handle(
      request({ ...page, cookie: 'holdfast_access=lasts-121; holdfast_refresh=old' }),
    )
    t.same(kept.body, { access_token: 'lasts-121', token_type: 'Bearer', expires_in: 121 })
    t.same([kept.cookies, asked.length], [undefined, 1], 'nothing is spent')
    for (const access of ['lasts-119', 'forged']) {
      await handle(request({ ...page, cookie: `holdfast_access=${access}; holdfast_refresh=old` }))
    }
    t.equal(asked.length, 3)
    await t.rejects(handle(request(page)), { code: 'unauthenticated' })
  },
)

t.test('the end of a session takes the cookies away', async (t) => {
  const answer = await open({ status: 204 }).wrap(logout).handle(request(page))
  t.match(written(answer), [
    { name: 'holdfast_refresh', value: '', path: '/actions/go-on', maxAge: 0 },
    { name: 'holdfast_access', value: '', path: '/actions/go-on', maxAge: 0 },
    { name: 'pictures', value: '', path: '/pictures', maxAge: 0 },
  ])
})

t.test('pages of other origins, calls, and other words are refused', async (t) => {
  const { wrap, asked } = open()
  const { handle } = wrap(refresh)
  const cookie = 'holdfast_refresh=old'
  const asks = { 'holdfast-session': 'cookie', cookie }
  for (const foreign of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none', origin: 'https://chat.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ]) {
    await t.rejects(handle(request({ ...asks, ...foreign })), { code: 'forbidden' })
  }
  t.equal(asked.length, 0)
  await handle(request({ ...asks, origin: 'https://chat.example' }))
  await handle(request(asks))
  t.equal(asked.length, 2, 'an old browser, and a program')
  const { reachedAt: _, ...call } = request(asks)
  await t.rejects(handle(call), { code: 'invalid' })
  await t.rejects(handle(request({ 'holdfast-session': 'yes' })), { code: 'invalid' })
})

t.test('documents say what is left out, and a declaration that can’t be is refused', (t) => {
  const { body, answers, parameters } = open().wrap(refresh)
  t.same([body?.schema['required'], body?.isRequired], [[], false])
  t.same(answers[200]?.schema?.['required'], ['access_token'])
  t.match(parameters, [{ name: 'Holdfast-Session', in: 'header' }])
  const parts = {
    actions: [login],
    verifier: { peek: () => undefined, verify: () => Promise.reject(new UnauthenticatedError()) },
    now: Date.now,
  }
  t.throws(() => createSessionCookies({}, parts), DeclarationError)
  t.end()
})
