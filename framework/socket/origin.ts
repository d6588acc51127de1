/** Which web pages may open a socket. */

/** What decides about an origin. */
export interface OriginRules {
  /** Origins besides the own one, as browsers write them: `https://app.example.org`. */
  readonly allowedOrigins: readonly string[]
  /** Outside production pages of this machine and browser extensions are let in too. */
  readonly isProduction: boolean
}

/** `localhost`, 127.0.0.0/8 and ::1, as `URL` writes them. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const EXTENSIONS: readonly string[] = [
  'chrome-extension:',
  'moz-extension:',
  'safari-web-extension:',
]

/**
 * Whether a page of that origin may connect to the host that it asked for. No origin at all comes from programs that are no
 * browsers, which could claim any.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string,
  { allowedOrigins, isProduction }: OriginRules,
): boolean {
  if (origin === undefined) return true
  if (allowedOrigins.includes(origin)) return true
  const url = URL.parse(origin)
  if (url === null) return false
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  // Parsed under the page's scheme, so that a port that goes without saying is left out on both sides.
  if (isWeb && url.origin === origin && url.host === URL.parse(`${url.protocol}//${host}`)?.host) {
    return true
  }
  if (isProduction) return false
  return isWeb ? LOOPBACK.test(url.hostname) : EXTENSIONS.includes(url.protocol)
}
