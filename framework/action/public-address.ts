/** Which addresses lie in the public internet: the only ones that a server may be sent to by what a user has entered. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA's special-purpose registry (RFC 6890), multicast and what is reserved. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24',
  '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
] as const // prettier-ignore

/** All that is given out so far. What carries an IPv4 address (mapped, translated) lies outside, or is special. */
const GLOBAL_IPV6 = ['2000::/3'] as const
/** Teredo and other protocols, documentation, 6to4. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'] as const

const specialIpv4 = toList(SPECIAL_IPV4, 'ipv4')
const globalIpv6 = toList(GLOBAL_IPV6, 'ipv6')
const specialIpv6 = toList(SPECIAL_IPV6, 'ipv6')

/** Whether an address is of the public internet: not private, loopback, link-local, of a cloud's metadata, or mapped to one. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !specialIpv4.check(address, 'ipv4')
  // A zone (`fe80::1%eth0`) is for what is local.
  if (!isIPv6(address) || address.includes('%')) return false
  return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6')
}

function toList(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}
