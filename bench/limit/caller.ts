/** Who calls the hand-written server: reads HS256 bearer tokens, and remembers those that were good. */

import { createHmac, timingSafeEqual } from 'node:crypto'

/** A caller whose token was verified. */
export interface Caller {
  readonly id: string
  /** Goes into the ETags of this caller: what one may see is not another's 304. */
  readonly etagTag: string
  readonly endsAtMs: number
}

const CACHE_LIMIT = 10_000
const BEARER = 'Bearer '

/** Creates the function that tells the caller of an Authorization header; undefined when it is not good. */
export function callerReader(secret: Buffer): (header: string | undefined) => Caller | undefined {
  const known = new Map<string, Caller>()
  return (header) => {
    if (header === undefined) return undefined
    const found = known.get(header)
    if (found !== undefined && Date.now() < found.endsAtMs) return found
    const caller = header.startsWith(BEARER)
      ? verified(header.slice(BEARER.length), secret)
      : undefined
    if (known.size >= CACHE_LIMIT) known.clear()
    if (caller !== undefined) known.set(header, caller)
    return caller
  }
}

function verified(token: string, secret: Buffer): Caller | undefined {
  const [head = '', body = '', signature = ''] = token.split('.')
  const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims // signed by us
  const etagTag = createHmac('sha256', secret).update(claims.sub).digest('base64url').slice(0, 11)
  const caller = { id: claims.sub, etagTag, endsAtMs: claims.exp * 1000 }
  return Date.now() < caller.endsAtMs ? caller : undefined
}

interface Claims {
  readonly sub: string
  readonly exp: number
}
