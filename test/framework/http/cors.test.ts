/** That pages of named origins may call, and no others. */
import t from 'tap'
import { preflight } from '../../../framework/http/cors.ts'
import { openBareHttp } from '../../kit/bare-http.ts'

const ORIGIN = 'https://app.example.org'

t.test('a named origin is allowed, with the headers it may read', async (t) => {
  const app = await openBareHttp(t, { allowedOrigins: [ORIGIN] })
  const { headers } = await app.inject({ url: '/healthz', headers: { origin: ORIGIN } })
  t.equal(headers['access-control-allow-origin'], ORIGIN)
  t.equal(headers['access-control-allow-credentials'], undefined)
  t.match(headers['access-control-expose-headers'], /ETag.*Location.*Retry-After/)
  t.match(headers['vary'], 'Origin')
})

t.test('errors are readable to a named origin too', async (t) => {
  const app = await openBareHttp(t, { allowedOrigins: [ORIGIN] })
  for (const url of ['/nothing', '/healthz?x=1']) {
    const { headers } = await app.inject({ url, headers: { origin: ORIGIN } })
    t.equal(headers['access-control-allow-origin'], ORIGIN, url)
  }
})

t.test('any other origin is not', async (t) => {
  const app = await openBareHttp(t, { allowedOrigins: [ORIGIN] })
  const origins = ['https://evil.example', 'null', 'https://app.example.org.evil.example', 'http://app.example.org',
    'https://APP.example.org', 'https://app.example.org:8443', '*'] // prettier-ignore
  for (const origin of origins) {
    const { headers } = await app.inject({ url: '/healthz', headers: { origin } })
    t.equal(headers['access-control-allow-origin'], undefined, origin)
    t.match(headers['vary'], 'Origin')
  }
})

t.test('a preflight is told what the path takes', async (t) => {
  const app = await openBareHttp(t, { allowedOrigins: [ORIGIN] })
  const send = (origin: string, url: string) =>
    app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'x-evil',
      },
    })
  const { statusCode, headers } = await send(ORIGIN, '/healthz')
  t.equal(statusCode, 204)
  t.equal(headers['access-control-allow-origin'], ORIGIN)
  t.equal(headers['access-control-allow-methods'], 'GET, HEAD')
  t.match(
    headers['access-control-allow-headers'],
    /Authorization.*Content-Type.*Idempotency-Key.*If-Match/,
  )
  t.notMatch(headers['access-control-allow-headers'], 'x-evil')
  t.equal(headers['access-control-max-age'], '600')
  t.equal(headers['allow'], 'GET, HEAD, OPTIONS')
  t.equal(
    (await send('https://evil.example', '/healthz')).headers['access-control-allow-origin'],
    undefined,
  )
  t.equal((await send(ORIGIN, '/nothing')).statusCode, 404)
})

t.test('without named origins nothing is said of CORS', async (t) => {
  const app = await openBareHttp(t)
  for (const method of ['GET', 'OPTIONS'] as const) {
    const { headers } = await app.inject({ method, url: '/healthz', headers: { origin: ORIGIN } })
    t.same(
      Object.keys(headers).filter((name) => name.startsWith('access-control')),
      [],
    )
    t.equal(headers['vary'], undefined)
  }
})

t.test('a preflight goes on to the route that answers it', (t) => {
  t.match(preflight(['GET']), { cors: { methods: ['GET'], preflightContinue: true } })
  t.end()
})
