/** What is told of the other end of a request is short, and can be shown. */
import t from 'tap'
import { toRequestClient } from '../../../framework/security/request-client.ts'

const clientOf = (ip: string | undefined, userAgent?: string) =>
  toRequestClient({ ip, headers: userAgent === undefined ? {} : { 'user-agent': userAgent } })

t.test('the address is as it came, an IPv4 one in its short form', (t) => {
  t.equal(clientOf('192.0.2.7').address, '192.0.2.7')
  t.equal(clientOf('::ffff:192.0.2.7').address, '192.0.2.7')
  t.equal(clientOf('2001:db8::1').address, '2001:db8::1')
  t.equal(clientOf('::ffff:0:1').address, '::ffff:0:1')
  t.equal(clientOf(undefined).address, 'unknown')
  t.equal(clientOf('').address, 'unknown')
  t.equal(clientOf('x'.repeat(99)).address.length, 45)
  t.end()
})

t.test('a user agent is cut, and has no control characters', (t) => {
  t.equal(clientOf('::1', 'Mozilla/5.0 (X11)').userAgent, 'Mozilla/5.0 (X11)')
  t.equal(clientOf('::1', ' a\u001b[31m\r\n\tb\u0085\u007f ').userAgent, 'a[31mb')
  t.equal(clientOf('::1', 'é'.repeat(600)).userAgent, 'é'.repeat(512))
  t.equal(clientOf('::1').userAgent, undefined)
  t.equal(clientOf('::1', ' \u0000 ').userAgent, undefined)
  t.ok(Object.isFrozen(clientOf('::1')))
  t.end()
})
