/** That the form of OAuth 2 gives tokens, and refuses as RFC 6749 says in a problem of ours. */
import t, { type Test } from 'tap'
import { NO_LIMITS } from '../../../framework/action/limiter.ts'
import {
  ForbiddenError,
  InvalidError,
  TooManyRequestsError,
  UnauthenticatedError,
} from '../../../framework/errors.ts'
import { oauthFormOperation, type TokenGrant } from '../../../framework/http/oauth-form.ts'
import type { RequestClient } from '../../../framework/security/request-client.ts'
import { openBareHttp } from '../../kit/bare-http.ts'
import { TOKENS } from '../../kit/token-pair.ts'

async function open(t: Test) {
  const grants: TokenGrant[] = []
  const clients: RequestClient[] = []
  const app = await openBareHttp(t, {
    async tokenGrant(grant, client) {
      grants.push(grant)
      clients.push(client)
      const name = grant.grantType === 'password' ? grant.username : grant.refreshToken
      if (name === 'wrong') throw new UnauthenticatedError('The username or the password is wrong.')
      if (name === 'blocked') throw new ForbiddenError('This account is blocked.')
      if (name === 'invalid') throw new InvalidError([{ pointer: '', detail: 'is not a name' }])
      if (name === 'many') throw new TooManyRequestsError(7)
      if (name === 'broken') throw new TypeError('secret')
      return TOKENS
    },
  })
  const send = (payload: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload,
    })
  return { app, send, grants, clients }
}

t.test('a name and a password, or a refresh token, give tokens that nobody caches', async (t) => {
  const { send, grants, clients } = await open(t)
  const response = await send('grant_type=password&username=tim&password=a+b%2B')
  t.same(response.json(), TOKENS)
  t.equal(response.headers['cache-control'], 'no-store')
  t.same((await send('grant_type=refresh_token&refresh_token=r')).json(), TOKENS)
  t.same(grants, [
    { grantType: 'password', username: 'tim', password: 'a b+' },
    { grantType: 'refresh_token', refreshToken: 'r' },
  ])
  const client = { address: '127.0.0.1', userAgent: 'lightMyRequest' }
  t.same(clients, [client, client], 'who grants is told who is at the other end')
})

t.test('a grant keeps the limits of the action that does the same', async (t) => {
  const seen: unknown[] = []
  let grants = 0
  const app = await openBareHttp(t, {
    async tokenGrant() {
      grants += 1
      return TOKENS
    },
    grantLimits: {
      password: { name: 'enter', limits: [] },
      refresh_token: { name: 'go_on', limits: [] },
    },
    async limiter({ name }, { input, client }, work) {
      seen.push([name, input, client.address])
      if (name === 'go_on') throw new TooManyRequestsError(7)
      return work()
    },
  })
  const send = (payload: string) =>
    app.inject({
      method: 'POST',
      url: '/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload,
    })
  t.same((await send('grant_type=password&username=tim&password=a')).json(), TOKENS)
  const refused = await send('grant_type=refresh_token&refresh_token=r')
  t.equal(refused.statusCode, 429)
  t.equal(refused.headers['retry-after'], '7')
  t.equal((await send('grant_type=password&username=tim')).statusCode, 400)
  t.same(seen, [
    ['enter', { username: 'tim', password: 'a' }, '127.0.0.1'],
    ['go_on', { refresh_token: 'r' }, '127.0.0.1'],
  ])
  t.equal(grants, 1, 'what is refused is not granted')
})

t.test('what a client says of itself is not looked at', async (t) => {
  const { send } = await open(t)
  const response = await send(
    'grant_type=password&username=tim&password=x&scope=&client_id=c&client_secret=s',
    {
      authorization: 'Basic Yzpz',
    },
  )
  t.equal(response.statusCode, 200)
})

t.test('a refusal is a problem with the error of RFC 6749', async (t) => {
  const { send } = await open(t)
  const cases = [
    ['grant_type=password&username=wrong&password=x', 'invalid_grant'],
    ['grant_type=password&username=blocked&password=x', 'invalid_grant'],
    ['grant_type=refresh_token&refresh_token=wrong', 'invalid_grant'],
    ['grant_type=password&username=invalid&password=x', 'invalid_request'],
    ['grant_type=password&username=tim', 'invalid_request'],
    ['grant_type=password&username=&password=', 'invalid_request'],
    [`grant_type=password&username=tim&password=${'x'.repeat(1025)}`, 'invalid_request'],
    ['username=tim&password=x', 'invalid_request'],
    ['', 'invalid_request'],
    ['grant_type=client_credentials', 'unsupported_grant_type'],
  ] as const
  for (const [payload, error] of cases) {
    const response = await send(payload)
    t.equal(response.statusCode, 400, payload)
    t.equal(response.headers['content-type'], 'application/problem+json')
    t.match(response.json(), {
      type: '/problems/invalid',
      status: 400,
      instance: '/login',
      error,
      error_description: String,
    })
    t.notMatch(response.body, 'xxxx')
  }
})

t.test('other errors stay what they are', async (t) => {
  const { send } = await open(t)
  const many = await send('grant_type=password&username=many&password=x')
  t.equal(many.statusCode, 429)
  t.equal(many.headers['retry-after'], '7')
  const broken = await send('grant_type=password&username=broken&password=x')
  t.equal(broken.statusCode, 500)
  t.notMatch(broken.body, 'secret')
  t.equal((await send('grant_type=password&grant_type=password')).statusCode, 400)
})

t.test('the password is no parameter, and JSON is no form', async (t) => {
  const { app } = await open(t)
  const inUrl = await app.inject({
    method: 'POST',
    url: '/login?grant_type=password&username=tim&password=x',
  })
  t.equal(inUrl.statusCode, 400)
  const json = await app.inject({
    method: 'POST',
    url: '/login',
    payload: { grant_type: 'password' },
  })
  t.equal(json.statusCode, 415)
  const grantTokens = () => Promise.reject(new InvalidError([]))
  t.equal(oauthFormOperation(grantTokens, { limiter: NO_LIMITS }).security, 'none')
})
