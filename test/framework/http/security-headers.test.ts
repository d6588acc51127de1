/** That every answer forbids browsers what nobody means them to do with it. */
import Fastify from 'fastify'
import t from 'tap'
import { setSecurityHeaders } from '../../../framework/http/security-headers.ts'

t.test('answers are data, and over https only https', async (t) => {
  const app = Fastify({ trustProxy: ['127.0.0.1'] })
  t.teardown(() => app.close())
  app.addHook('onRequest', setSecurityHeaders)
  app.get('/', async () => 'x')
  const { headers } = await app.inject('/')
  t.match(headers, {
    'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  for (const name of ['strict-transport-security', 'server', 'x-powered-by']) {
    t.equal(headers[name], undefined, name)
  }
  const behind = await app.inject({ url: '/', headers: { 'x-forwarded-proto': 'https' } })
  t.match(behind.headers['strict-transport-security'], /max-age=31536000; includeSubDomains/)
})
