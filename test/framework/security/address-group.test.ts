/** Addresses are counted by who could have them. */
import t from 'tap'
import { addressGroupOf } from '../../../framework/security/address-group.ts'

t.test('an IPv4 address stands for itself, however it is written', (t) => {
  t.equal(addressGroupOf('192.0.2.7'), '192.0.2.7')
  t.equal(addressGroupOf('::ffff:192.0.2.7'), '192.0.2.7')
  t.equal(addressGroupOf('::FFFF:192.0.2.7'), '192.0.2.7')
  t.not(addressGroupOf('192.0.2.8'), addressGroupOf('192.0.2.7'))
  t.end()
})

t.test('an IPv6 address stands for its /64 network', (t) => {
  const network = addressGroupOf('2001:db8:0:1::1')
  t.equal(addressGroupOf('2001:0db8:0000:0001:ffff:1:2:3'), network)
  t.equal(addressGroupOf('2001:db8::1:0:0:0:9'), network)
  t.not(addressGroupOf('2001:db8:0:2::1'), network)
  t.not(addressGroupOf('2001:db8::1'), network)
  t.equal(addressGroupOf('::1'), addressGroupOf('::'))
  t.equal(addressGroupOf('fe80::'), addressGroupOf('fe80:0:0:0:1:2:3:4'))
  t.end()
})

t.test('what has no address is counted together', (t) => {
  t.equal(addressGroupOf(undefined), 'unknown')
  t.end()
})
