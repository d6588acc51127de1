/** That the page of the socket is served whole, under a policy that lets nothing else in. */
import t from 'tap'
import { openBareHttp } from '../../kit/bare-http.ts'

const app = await openBareHttp(t)

t.test(
  'the page, its style and its script are served, each under the same strict policy',
  async (t) => {
    for (const [path, type] of [
      ['/docs/events', 'text/html'],
      ['/docs/events.css', 'text/css'],
      ['/docs/events.js', 'text/javascript'],
    ] as const) {
      const { statusCode, headers } = await app.inject(path)
      t.equal(statusCode, 200, path)
      t.equal(headers['content-type'], `${type}; charset=utf-8`)
      t.match(
        headers['content-security-policy'],
        /^default-src 'none'; script-src 'self'; style-src/,
      )
      t.notMatch(headers['content-security-policy'], /https?:|unsafe|\*/)
      t.equal(headers['x-content-type-options'], 'nosniff')
    }
  },
)

t.test('nothing in the page is inline or from elsewhere', async (t) => {
  const { body } = await app.inject('/docs/events')
  t.notMatch(body, /<style|<script(?![^>]* src=)| style=| on\w+=|https?:/)
  const links = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link)
  t.same(
    links.filter((link) => !/^\/docs|^\/asyncapi\.json$|^#frames-heading$/.test(link)),
    ['data:,'],
  )
})

t.test('every field has a label, and every button a name', async (t) => {
  const { body } = await app.inject('/docs/events')
  const unlabelled = body.replaceAll(/<label[^]*?<\/label>/g, '')
  t.notMatch(unlabelled, /<(input|select|textarea)/)
  t.notMatch(body, /<button[^>]*>\s*<\/button>/)
})

t.test('the script puts nothing in as markup', async (t) => {
  const { body } = await app.inject('/docs/events.js')
  t.notMatch(body, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/)
})

t.test('Swagger UI leads to it', async (t) => {
  t.match((await app.inject('/openapi.json')).json(), {
    info: { description: /\(\/docs\/events\)/ },
  })
})
