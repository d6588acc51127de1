/** That the document and Swagger UI are served, from here alone. */
import t from 'tap'
import { openBareHttp } from '../../kit/bare-http.ts'

t.test('the document is served as it is, also to Swagger UI', async (t) => {
  const app = await openBareHttp(t)
  const response = await app.inject('/openapi.json')
  t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  t.match(response.json(), { openapi: '3.1.0', info: { title: 'Test' } })
  t.same((await app.inject('/docs/json')).json(), response.json())
})

t.test('the root leads to the docs', async (t) => {
  const app = await openBareHttp(t)
  const response = await app.inject('/')
  t.equal(response.statusCode, 302)
  t.equal(response.headers['location'], '/docs')
})

t.test('Swagger UI is whole and fetches nothing from elsewhere', async (t) => {
  const app = await openBareHttp(t)
  for (const url of ['/docs', '/docs/']) {
    const page = await app.inject(url)
    t.equal(page.statusCode, 200)
    t.match(page.headers['content-type'], 'text/html')
    const policy = String(page.headers['content-security-policy'])
    t.match(policy, /script-src 'self';/)
    t.match(policy, /object-src 'none';.*frame-ancestors 'none'/)
    t.notMatch(policy, /https?:|unsafe-eval|\*/)
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link)
    t.ok(links.length > 3)
    for (const link of links) {
      const target = new URL(link, `http://localhost${url}`)
      t.equal(target.host, 'localhost')
      t.equal((await app.inject(target.pathname)).statusCode, 200, target.pathname)
    }
  }
})

t.test('it validates nowhere else, and keeps no token', async (t) => {
  const app = await openBareHttp(t)
  const { body } = await app.inject('/docs/static/swagger-initializer.js')
  t.match(body, /"validatorUrl":null/)
  t.match(body, /"persistAuthorization":false/)
})

t.test('its files lead nowhere else', async (t) => {
  const app = await openBareHttp(t)
  const paths = ['/docs/static/../../package.json', '/docs/static/%2e%2e/%2e%2e/package.json', '/docs/static/..%2f..%2fpackage.json',
    '/package.json', '/.env', '/.git/HEAD', '/node_modules/fastify/package.json', '/metrics'] // prettier-ignore
  for (const path of paths) {
    const response = await app.inject(path)
    t.ok(response.statusCode >= 400 && response.statusCode < 500, path)
    t.equal(response.headers['content-type'], 'application/problem+json')
  }
})
