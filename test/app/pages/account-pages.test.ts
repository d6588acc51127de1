/** Tests account-pages.ts by requests; what a person sees is tested in a browser. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

t.test(
  'the pages are served with their script and style, and nothing else runs in them',
  async (t) => {
    const { http } = await openTestMessenger(t)
    const types = {
      recover: 'text/html',
      confirm: 'text/html',
      'account.js': 'text/javascript',
      'account.css': 'text/css',
    }
    for (const [name, type] of Object.entries(types)) {
      const { statusCode, headers } = await http.inject(`/account/${name}`)
      t.equal(statusCode, 200, name)
      t.equal(headers['content-type'], `${type}; charset=utf-8`)
      t.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; /)
      t.equal(headers['x-content-type-options'], 'nosniff')
    }
    t.equal((await http.inject('/account/account.html')).statusCode, 404)
  },
)
