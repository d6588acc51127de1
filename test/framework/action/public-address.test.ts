/** Which addresses are public, at the edges of what is not. */
import t from 'tap'
import { isPublicAddress } from '../../../framework/action/public-address.ts'

const PUBLIC = [
  '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0',
  '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0',
  '198.17.255.255', '198.20.0.0', '223.255.255.255', '2606:4700::1111', '2a00::1', '2001:200::1',
] // prettier-ignore

const OTHERS = [
  '0.0.0.0', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255', '127.0.0.1', '127.255.255.255',
  '169.254.169.254', '172.16.0.0', '172.31.255.255', '192.0.0.192', '192.168.0.1', '192.168.255.255', '198.18.0.0',
  '198.19.255.255', '192.0.2.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255',
  '::', '::1', '::ffff:127.0.0.1', '::ffff:1.1.1.1', '::ffff:a00:1', '64:ff9b::7f00:1', '64:ff9b:1::1', 'fe80::1', 'fe80::1%eth0',
  'fc00::1', 'fd00:ec2::254', 'fec0::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '2a00::1%eth0',
  '', 'localhost', '1.1.1', '0x7f.1', '2130706433', '01.1.1.1', ' 1.1.1.1',
] // prettier-ignore

t.test('addresses of the public internet, and all others', (t) => {
  for (const address of PUBLIC) t.equal(isPublicAddress(address), true, address)
  for (const address of OTHERS) t.equal(isPublicAddress(address), false, address)
  t.end()
})
