/** `SMTP_URL`: where mail is handed over, and by whom. */

/** What the URL says. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise by STARTTLS. */
  readonly isSecure: boolean
  /** Undefined: no login. */
  readonly login: { readonly user: string; readonly password: string } | undefined
}

/** RFC 6409 §3.1 and RFC 8314 §7.3: mail is submitted there. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 }

/** Reads `smtp://user:password@host:587` or `smtps://…`, reserved characters escaped; undefined when it is neither. */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.parse(text)
  const defaultPort = DEFAULT_PORTS[url?.protocol ?? '']
  if (url === null || defaultPort === undefined || url.hostname === '') return undefined
  // A setting there that nobody reads would be one that somebody relies on.
  if (/^\/?$/.test(url.pathname) && url.search === '' && url.hash === '') {
    const user = unescaped(url.username)
    const password = unescaped(url.password)
    if (user === undefined || password === undefined) return undefined
    if ((user === '') !== (password === '')) return undefined
    return Object.freeze({
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? defaultPort : Number(url.port),
      isSecure: url.protocol === 'smtps:',
      login: user === '' ? undefined : Object.freeze({ user, password }),
    })
  }
  return undefined
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
