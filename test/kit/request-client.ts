/** The other end of requests that nobody sent. */
import type { RequestClient } from '../../framework/security/request-client.ts'

/** At an address for documentation (RFC 5737). */
export const TEST_CLIENT: RequestClient = Object.freeze({
  address: '192.0.2.1',
  userAgent: 'test',
})
