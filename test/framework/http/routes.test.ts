/** That operations are reached under their methods and paths, and every other method of a path is told so. */
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { UnauthenticatedError } from '../../../framework/errors.ts'
import { authenticateWith } from '../../../framework/http/authenticate.ts'
import type { Operation, OperationRequest } from '../../../framework/http/operation.ts'
import { handleError, handleNotFound } from '../../../framework/http/problem-handler.ts'
import { registerOperations } from '../../../framework/http/routes.ts'
import { callerOf } from '../../kit/stores.ts'

const shared = {
  tag: 'test',
  summary: '',
  description: '',
  security: 'optional',
  parameters: [],
  answers: {},
  errors: [],
} as const

const echo = async ({ authorization, key, query, body }: OperationRequest) => ({
  status: 200,
  headers: { etag: '"1"', vary: 'Authorization' },
  body: { subject: authorization.subject ?? null, key, query: query.rest(), body: body ?? null },
})

const OPERATIONS: readonly Operation[] = [
  { ...shared, name: 'read', method: 'GET', path: '/things/{key}', handle: echo },
  { ...shared, name: 'update', method: 'PATCH', path: '/things/{key}', handle: echo },
  {
    ...shared,
    name: 'delete',
    method: 'DELETE',
    path: '/things/{key}',
    handle: async () => ({ status: 204 }),
  },
  { ...shared, name: 'create', method: 'POST', path: '/things', handle: echo },
  { ...shared, name: 'open', method: 'POST', path: '/open', security: 'none', handle: echo },
  {
    ...shared,
    name: 'form',
    method: 'POST',
    path: '/form',
    body: {
      contentType: 'application/x-www-form-urlencoded',
      schema: {},
      examples: {},
      isRequired: true,
    },
    handle: async ({ body }) => ({
      status: 200,
      body: body instanceof Map ? [...(body as Map<string, string>)] : null,
    }),
  },
]

async function open(t: Test) {
  const app = Fastify({
    exposeHeadRoutes: true,
    routerOptions: { querystringParser: (text) => text as unknown as Record<string, unknown> },
  })
  t.teardown(() => app.close())
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)
  const verify = async (token: string) => {
    if (token === 'good') return callerOf('ann')
    throw new UnauthenticatedError()
  }
  registerOperations(app, OPERATIONS, authenticateWith({ peek: () => undefined, verify }))
  await app.ready()
  return app
}

t.test('an operation gets who asks, key, query and body', async (t) => {
  const app = await open(t)
  const response = await app.inject({
    method: 'PATCH',
    url: '/things/a%2Fb%20%C3%A4?x=1&x=%00',
    headers: { authorization: 'Bearer good' },
    payload: { a: 1 },
  })
  t.equal(response.statusCode, 400, 'NUL in the query')
  const good = await app.inject({
    method: 'PATCH',
    url: '/things/a%2Fb%20%C3%A4?x=1&x=2',
    headers: { authorization: 'Bearer good' },
    payload: { a: 1 },
  })
  t.same(good.json(), {
    subject: 'ann',
    key: 'a/b ä',
    query: [
      ['x', '1'],
      ['x', '2'],
    ],
    body: { a: 1 },
  })
  t.equal(good.headers['content-type'], 'application/json; charset=utf-8')
  t.equal(good.headers['etag'], '"1"')
  t.equal(good.headers['vary'], 'Authorization')
})

t.test('nothing is answered without a byte', async (t) => {
  const app = await open(t)
  const response = await app.inject({ method: 'DELETE', url: '/things/1' })
  t.equal(response.statusCode, 204)
  t.equal(response.body, '')
  t.equal(response.headers['content-type'], undefined)
})

t.test(
  'a body of no use is no harm when it is empty, and must be JSON when it is not',
  async (t) => {
    const app = await open(t)
    const headers = { 'content-type': 'application/json' }
    t.equal((await app.inject({ method: 'DELETE', url: '/things/1', headers })).statusCode, 204)
    const text = { 'content-type': 'text/plain' }
    const refused = await app.inject({
      method: 'DELETE',
      url: '/things/1',
      headers: text,
      payload: 'x',
    })
    t.equal(refused.statusCode, 415)
  },
)

t.test('a bad token ends a request before its body is read', async (t) => {
  const app = await open(t)
  const headers = { authorization: 'Bearer bad', 'content-type': 'application/json' }
  const send = (url: string) => app.inject({ method: 'POST', url, headers, payload: '{' })
  t.equal((await send('/things')).statusCode, 401)
  t.equal((await send('/open')).statusCode, 400)
})

t.test('each operation takes its own content type alone', async (t) => {
  const app = await open(t)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const json = { 'content-type': 'application/json' }
  const send = (url: string, headers: Record<string, string>, payload: string) =>
    app.inject({ method: 'POST', url, headers, payload })
  t.same((await send('/form', form, 'a=b')).json(), [['a', 'b']])
  t.equal((await send('/form', json, '{}')).statusCode, 415)
  t.equal((await send('/things', form, 'a=b')).statusCode, 415)
})

t.test('HEAD answers as GET does, without the body', async (t) => {
  const app = await open(t)
  const get = await app.inject('/things/1')
  const head = await app.inject({ method: 'HEAD', url: '/things/1' })
  t.equal(head.statusCode, 200)
  t.equal(head.body, '')
  t.equal(head.headers['content-length'], String(Buffer.byteLength(get.body)))
  t.equal(head.headers['etag'], get.headers['etag'])
})

t.test('OPTIONS tells the methods of a path', async (t) => {
  const app = await open(t)
  const allowOf = async (url: string) => {
    const response = await app.inject({ method: 'OPTIONS', url })
    t.equal(response.statusCode, 204)
    return response.headers['allow']
  }
  t.equal(await allowOf('/things/1'), 'GET, PATCH, DELETE, HEAD, OPTIONS')
  t.equal(await allowOf('/things'), 'POST, OPTIONS')
})

t.test('any other method is 405 and told which there are, whatever the body', async (t) => {
  const app = await open(t)
  const cases = [
    ['PUT', '/things/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['POST', '/things/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['TRACE', '/things/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['QUERY', '/things/1', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
    ['GET', '/things', 'POST, OPTIONS'],
    ['HEAD', '/things', 'POST, OPTIONS'],
    ['DELETE', '/form', 'POST, OPTIONS'],
  ] as const
  for (const [method, url, allow] of cases) {
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: { 'content-type': 'text/plain', authorization: 'Bearer bad' },
      payload: 'x',
    })
    t.equal(response.statusCode, 405, `${method} ${url}`)
    t.equal(response.headers['allow'], allow)
    if (method !== 'HEAD')
      t.match(response.json(), { type: 'about:blank', title: 'Method Not Allowed' })
  }
})

t.test('what is under no path is 404', async (t) => {
  const app = await open(t)
  for (const url of ['/thing', '/things/1/2', '/Things', '/docs/']) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 404, url)
    t.match(response.json(), { type: '/problems/not_found', instance: url.split('?')[0] })
  }
})

t.test('the root leads to the documents where nothing is there', async (t) => {
  const app = await open(t)
  for (const method of ['GET', 'HEAD'] as const) {
    const response = await app.inject({ method, url: '/?a=b' })
    t.equal(response.statusCode, 302, method)
    t.equal(response.headers.location, '/docs')
  }
  const written = await app.inject({ method: 'POST', url: '/' })
  t.equal(written.statusCode, 404)
})
