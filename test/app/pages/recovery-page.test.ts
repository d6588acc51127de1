/** Tests recovery-page.ts by requests; what a person sees is tested in a browser. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

t.test('the page is served with its script and style, and nothing else runs in it', async (t) => {
  const { http } = await openTestMessenger(t)
  const types = { '': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
  for (const [end, type] of Object.entries(types)) {
    const { statusCode, headers } = await http.inject(`/account/recover${end}`)
    t.equal(statusCode, 200, end)
    t.equal(headers['content-type'], `${type}; charset=utf-8`)
    t.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; /)
    t.equal(headers['x-content-type-options'], 'nosniff')
  }
  t.equal((await http.inject('/account/recover.html')).statusCode, 404)
})
