/** Who is at the other end of a request: where it comes from, and what it says of itself. */
import type { IncomingHttpHeaders } from 'node:http'

/** The other end of a request. Not a caller: nothing in it is proved, but that answers go to the address. */
export interface RequestClient {
  /**
   * The IP address that the request came from, IPv4 in its short form; behind trusted balancers the one that they tell;
   * `unknown` when the connection is gone already. Count by `addressGroupOf` of it.
   */
  readonly address: string
  /** The `User-Agent`, as far as it can be shown; undefined where there is none. */
  readonly userAgent: string | undefined
}

/** Longest user agent that is told, in characters. */
const MAX_USER_AGENT_LENGTH = 512
/** Longest IPv6 address with an IPv4 tail, as RFC 4291 §2.2 writes it: a balancer may tell anything. */
const MAX_ADDRESS_LENGTH = 45

/** @param request one of Fastify's, whose `ip` is found under `trustProxy` */
export function toRequestClient(request: {
  readonly ip: string | undefined
  readonly headers: IncomingHttpHeaders
}): RequestClient {
  const { ip, headers } = request
  const address = shown(ip ?? '', MAX_ADDRESS_LENGTH).replace(/^::ffff:(?=\d+\.)/i, '')
  const userAgent = shown(headers['user-agent'] ?? '', MAX_USER_AGENT_LENGTH)
  return Object.freeze({
    address: address === '' ? 'unknown' : address,
    userAgent: userAgent === '' ? undefined : userAgent,
  })
}

/** Without control characters, which would write into a terminal or start a line of a log. */
function shown(text: string, maxLength: number): string {
  return text
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, maxLength)
    .toWellFormed()
}
