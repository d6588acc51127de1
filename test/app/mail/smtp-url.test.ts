/** Tests smtp-url.ts: what `SMTP_URL` may say. */
import { test } from 'tap'
import { parseSmtpUrl } from '../../../app/mail/smtp-url.ts'

test('what is good is read', (t) => {
  const good = [
    ['smtp://h', { host: 'h', port: 587, isSecure: false, login: undefined }],
    ['smtp://h/', { host: 'h' }],
    ['smtps://h', { port: 465, isSecure: true }],
    ['SMTP://h:25', { port: 25, isSecure: false }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525 }],
    ['smtp://u:p@h', { login: { user: 'u', password: 'p' } }],
    ['smtp://u%40x:%25%3A%2F@h', { login: { user: 'u@x', password: '%:/' } }],
  ] as const
  for (const [text, expected] of good) t.match(parseSmtpUrl(text), expected, text)
  t.ok(Object.isFrozen(parseSmtpUrl('smtp://h')))
  t.end()
})

test('what would be read otherwise than meant is not read', (t) => {
  for (const text of [
    '',
    'h',
    'h:25',
    'smtp:',
    'smtp://',
    'smtp:///',
    'http://h',
    'smtp://h:port',
    'smtp://h:65536',
    'smtp://h/path',
    'smtp://h?tls.rejectUnauthorized=false',
    'smtp://h#x',
    'smtp://u@h',
    'smtp://:p@h',
    'smtp://u:%zz@h',
    'smtp://%zz:p@h',
  ]) {
    t.equal(parseSmtpUrl(text), undefined, text)
  }
  t.end()
})
