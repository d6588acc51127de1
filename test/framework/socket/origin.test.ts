/** Who may connect from a browser. */
import t from 'tap'
import { isAllowedOrigin } from '../../../framework/socket/origin.ts'

const RULES = { allowedOrigins: ['https://app.example.org'], isProduction: true }
const OPEN = { ...RULES, isProduction: false }
const HOST = 'chat.example.org'

t.test('no origin, the own host and allowed origins are let in', (t) => {
  t.ok(isAllowedOrigin(undefined, HOST, RULES))
  t.ok(isAllowedOrigin('https://app.example.org', HOST, RULES))
  t.ok(isAllowedOrigin('https://chat.example.org', HOST, RULES))
  t.ok(isAllowedOrigin('http://chat.example.org', HOST, RULES), 'TLS may end before us')
  t.ok(isAllowedOrigin('https://chat.example.org', `${HOST}:443`, RULES))
  t.ok(isAllowedOrigin('https://chat.example.org:8443', `${HOST}:8443`, RULES))
  t.ok(isAllowedOrigin('http://localhost:8000', 'localhost:8000', RULES))
  t.ok(isAllowedOrigin('http://[::1]:8000', '[::1]:8000', RULES))
  t.end()
})

t.test('everybody else is not', (t) => {
  const others = [
    'https://evil.example', 'https://chat.example.org.evil.example', 'https://chat.example.org:8443',
    'https://app.example.org:8443', 'http://app.example.org', 'https://sub.app.example.org',
    'null', '', 'https://', 'chat.example.org', 'https://chat.example.org/', 'file://',
    'https://user@chat.example.org', 'ftp://chat.example.org', 'https://chat.example.org, https://evil.example',
    'http://localhost:8000', 'http://127.0.0.1:3000', 'chrome-extension://abcdef',
  ] // prettier-ignore
  for (const origin of others) t.notOk(isAllowedOrigin(origin, HOST, RULES), origin)
  t.notOk(isAllowedOrigin('https://chat.example.org', '', RULES), 'no host at all')
  t.notOk(isAllowedOrigin('https://evil.example', 'chat.example.org:x', RULES))
  t.end()
})

t.test('outside production this machine and browser extensions are let in too', (t) => {
  const more = [
    'http://localhost:8000', 'http://localhost', 'https://localhost:5173', 'http://127.0.0.1:3000',
    'http://127.1.2.3', 'http://[::1]:3000', 'chrome-extension://abcdef', 'moz-extension://8c1f',
    'safari-web-extension://8C1F',
  ] // prettier-ignore
  for (const origin of more) t.ok(isAllowedOrigin(origin, HOST, OPEN), origin)
  const others = [
    'null', 'https://evil.example', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example',
    'http://128.0.0.1', 'file://', 'chrome://settings', 'http://[::2]',
  ] // prettier-ignore
  for (const origin of others) t.notOk(isAllowedOrigin(origin, HOST, OPEN), origin)
  t.end()
})
