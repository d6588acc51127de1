/** That the Authorization header tells who asks, and that a bad token ends the request. */
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { UnauthenticatedError, UnavailableError } from '../../../framework/errors.ts'
import {
  authenticateByCookieWith,
  authenticateNobody,
  authenticateWith,
  type Verifier,
} from '../../../framework/http/authenticate.ts'
import { handleError } from '../../../framework/http/problem-handler.ts'
import { callerOf } from '../../kit/stores.ts'

const ann = callerOf('ann')

function open(t: Test, verifier: Verifier) {
  const app = Fastify()
  t.teardown(() => app.close())
  app.setErrorHandler(handleError)
  app.get('/', { onRequest: authenticateWith(verifier) }, async ({ authorization }) => ({
    subject: authorization?.subject ?? null,
  }))
  app.get('/nobody', { onRequest: authenticateNobody }, async ({ authorization }) => ({
    subject: authorization?.subject ?? null,
  }))
  return (authorization?: string, url = '/') =>
    app.inject({ url, headers: authorization === undefined ? {} : { authorization } })
}

const verifier: Verifier = {
  peek: (token) => (token === 'kept' ? ann : undefined),
  async verify(token) {
    if (token === 'away') throw new UnavailableError()
    if (token !== 'good' && token !== 'a.b-c_d~e+f/g==')
      throw new UnauthenticatedError('It is not good.')
    return ann
  },
}

t.test('without a header the caller is anonymous', async (t) => {
  const send = open(t, verifier)
  t.same((await send()).json(), { subject: null })
})

t.test('a good token tells the caller, whatever the case of the scheme', async (t) => {
  const send = open(t, verifier)
  for (const header of [
    'Bearer good',
    'bearer good',
    'BEARER   good ',
    'Bearer kept',
    'Bearer a.b-c_d~e+f/g==',
  ]) {
    t.same((await send(header)).json(), { subject: 'ann' }, header)
  }
})

t.test('anything else that is brought is refused, and said to be a bad token', async (t) => {
  const send = open(t, verifier)
  const headers = [
    '',
    'Bearer',
    'Bearer bad',
    'Basic YTpi',
    'good',
    'Bearer good, Bearer good',
    'Bearer go od',
    'Bearer\tgood',
  ]
  for (const header of headers) {
    const response = await send(header)
    t.equal(response.statusCode, 401, header)
    t.equal(response.headers['www-authenticate'], 'Bearer error="invalid_token"')
    t.match(response.json(), { type: '/problems/unauthenticated', status: 401 })
  }
})

t.test('a token that can’t be judged for now is not said to be bad', async (t) => {
  const send = open(t, verifier)
  const response = await send('Bearer away')
  t.equal(response.statusCode, 503)
  t.equal(response.headers['retry-after'], '1')
})

t.test('where nobody looks at tokens, a bad one does not matter', async (t) => {
  const send = open(t, verifier)
  t.same((await send('Bearer bad', '/nobody')).json(), { subject: null })
})

t.test(
  'a cookie tells the caller of a GET or HEAD without the header, and of nothing else',
  async (t) => {
    const app = Fastify()
    t.teardown(() => app.close())
    app.setErrorHandler(handleError)
    app.route({
      method: ['GET', 'HEAD', 'POST'],
      url: '/',
      exposeHeadRoute: false,
      onRequest: authenticateByCookieWith(verifier, 'token'),
      handler: async ({ authorization }, reply) =>
        reply.header('x-subject', authorization?.subject ?? 'nobody').send(),
    })
    const table = [
      ['GET', { cookie: 'token=good' }, 200, 'ann'],
      ['HEAD', { cookie: 'a=b; token=good; token=bad' }, 200, 'ann'],
      ['GET', { cookie: 'token=bad' }, 401, undefined],
      ['GET', { cookie: 'other-token=good' }, 200, 'nobody'],
      ['GET', {}, 200, 'nobody'],
      ['POST', { cookie: 'token=good' }, 200, 'nobody'],
      ['GET', { cookie: 'token=bad', authorization: 'Bearer good' }, 200, 'ann'],
      ['GET', { cookie: 'token=good', authorization: 'Bearer bad' }, 401, undefined],
    ] as const
    for (const [method, headers, status, subject] of table) {
      const answer = await app.inject({ method, url: '/', headers })
      const name = `${method} ${JSON.stringify(headers)}`
      t.equal(answer.statusCode, status, name)
      t.equal(answer.headers['x-subject'], subject, name)
    }
  },
)
