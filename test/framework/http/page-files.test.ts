/** Tests page-files.ts: a built page beside an API, and what browsers may do with it. */
import { pathToFileURL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { pageFiles } from '../../../framework/http/page-files.ts'
import { handleError, handleNotFound } from '../../../framework/http/problem-handler.ts'

const SCRIPT = 'console.log(1)'

async function open(t: Test) {
  const folder = t.testdir({
    'index.html': '<!doctype html><title>Page</title>',
    'icon.svg': '<svg/>',
    assets: { 'main-abc.js': SCRIPT, 'main-abc.js.br': brotliCompressSync(SCRIPT) },
  })
  const app = Fastify()
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)
  app.get('/account/recover', async () => 'recover')
  const url = pathToFileURL(`${folder}/`)
  void app.register(pageFiles({ folder: url, notPages: ['media'], trustedTypes: ['vue'] }))
  t.teardown(() => app.close())
  await app.ready()
  const navigate = (url: string, headers = {}) =>
    app.inject({
      url,
      headers: { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate', ...headers },
    })
  return { app, navigate }
}

t.test('the page is at the root and at every path of its own', async (t) => {
  const { app, navigate } = await open(t)
  const root = await app.inject('/')
  t.match(root.headers, { 'content-type': /text\/html/, 'cache-control': 'no-cache' })
  const policy = String(root.headers['content-security-policy'])
  t.match(policy, /script-src 'self';.*style-src 'self';.*frame-ancestors 'none'/)
  t.match(policy, /require-trusted-types-for 'script'; trusted-types vue$/)
  t.notMatch(policy, /unsafe|https?:|\*/)
  for (const path of ['/c/42', '/join/abc?x=1', '/settings']) {
    t.equal((await navigate(path)).body, root.body, path)
  }
  t.equal((await navigate('/account/recover')).body, 'recover')
})

t.test('what is no page is not found', async (t) => {
  const { app, navigate } = await open(t)
  for (const path of ['/actions/nothing', '/assets/gone.js', '/media/42', '/docs/none']) {
    const answer = await navigate(path)
    t.match(answer, { statusCode: 404, headers: { 'content-type': 'application/problem+json' } })
  }
  t.equal((await navigate('/c/42', { 'sec-fetch-mode': 'cors' })).statusCode, 404, 'a script')
  t.equal((await app.inject({ url: '/c/42', headers: { accept: '*/*' } })).statusCode, 404)
  t.equal((await app.inject({ url: '/c/42', method: 'POST' })).statusCode, 404)
})

t.test('what has a hash in its name is kept for a year, and sent small', async (t) => {
  const { app } = await open(t)
  const plain = await app.inject('/assets/main-abc.js')
  t.equal(plain.body, SCRIPT)
  t.match(plain.headers, { 'cache-control': 'public, max-age=31536000, immutable' })
  const small = await app.inject({
    url: '/assets/main-abc.js',
    headers: { 'accept-encoding': 'gzip, br' },
  })
  t.match(small.headers, { 'content-encoding': 'br', 'content-type': /javascript/ })
  t.match((await app.inject('/icon.svg')).headers, { 'cache-control': 'no-cache' })
})

t.test('a folder without a page is told at start', (t) => {
  const folder = pathToFileURL(`${t.testdir({})}/`)
  t.throws(() => pageFiles({ folder }), { name: 'DeclarationError' })
  t.end()
})
