/** Tests sent-mails-page.ts through the messenger: what the pages show, what they let a mail do, and that production has none. */
import t from 'tap'
import type { Mail } from '../../../app/mail/mail.ts'
import { createLetters } from '../../../app/mail/templates.ts'
import { openTestMessenger } from '../../kit/messenger.ts'

const ATTACK = `<script>alert(1)</script><a href="javascript:alert(1)">x</a>"'`
const MAIL: Mail = {
  id: 'job-1',
  to: 'tim@example.org',
  subject: ATTACK,
  text: `${ATTACK} https://a.example/?x=1&y=2#token=t "https://b.example/" javascript:alert(1)\n`,
  html: `<p>${ATTACK}</p>`,
}

const development = await openTestMessenger(t)

t.test('in development every mail is shown', async (t) => {
  const { http, mailer } = development
  const get = (url: string) => http.inject(url)
  const empty = await get('/sent-mails')
  t.match(empty.body, 'None yet.')
  t.same((await get('/sent-mails.json')).json(), { mails: [] })

  const letter = createLetters('http://localhost:8000').recoverPassword({
    username: 'tim',
    token: 'tok',
  })
  await mailer?.send(MAIL)
  await mailer?.send({ ...letter, id: 'job-2', to: 'ann@example.org' })
  const list = await get('/sent-mails')
  t.equal(list.statusCode, 200)
  t.match(list.headers, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': /^default-src 'none'; .*frame-ancestors 'none'$/,
  })
  t.match(list.body, /job-2[^]*Choose a new password[^]*job-1/)
  t.notMatch(list.body, /<script|javascript:alert\(1\)">/)

  const json = await get('/sent-mails.json')
  t.match(json.headers['content-type'], /^application\/json/)
  t.match(json.json(), { mails: [{ id: 'job-2', to: 'ann@example.org', ...letter }, MAIL] })

  const page = await get('/sent-mails/job-1')
  t.match(page.body, '<dd>tim@example.org</dd>')
  t.match(page.body, '<iframe src="/sent-mails/job-1/html" sandbox=""')
  t.notMatch(page.body, /<script/)
  t.same(
    [...page.body.matchAll(/<a href="([^"]*)"/g)].map(([, link]) => link),
    ['/sent-mails', 'https://a.example/?x=1&#38;y=2#token=t', 'https://b.example/'],
    'only what leads to the web is a link',
  )

  const frame = await get('/sent-mails/job-1/html')
  t.equal(frame.body, MAIL.html)
  t.match(
    frame.headers['content-security-policy'],
    /^sandbox; default-src 'none'; .*frame-ancestors 'self'$/,
  )
})

t.test('what is not there is a problem, and so is another method', async (t) => {
  const { http } = development
  for (const url of ['/sent-mails/x', '/sent-mails/x/html', '/sent-mails/', '/sent-mails/a/b']) {
    const answer = await http.inject(url)
    t.equal(answer.statusCode, 404, url)
    t.match(answer.json(), { type: '/problems/not_found' })
  }
  t.equal((await http.inject({ method: 'POST', url: '/sent-mails' })).statusCode, 404)
})

t.test('in production there are no such pages', async (t) => {
  const { http, mailer } = await openTestMessenger(t, { isProduction: true })
  t.equal(mailer, undefined)
  for (const url of ['/sent-mails', '/sent-mails.json', '/sent-mails/a', '/sent-mails/a/html']) {
    t.equal((await http.inject(url)).statusCode, 404, url)
  }
})
