/** Hands mails over to an SMTP server. */
import { createTransport, type NodemailerError } from 'nodemailer'
import { InternalError, UnavailableError } from '../../framework/index.ts'
import { checkMail, MailRefusedError, type Mail, type Mailer } from './mail.ts'
import { domainOf, type Mailbox } from './mailbox.ts'
import type { SmtpServer } from './smtp-url.ts'

/** Where mails go, from whom, and how long that may take. */
export interface SmtpMailerOptions {
  readonly server: SmtpServer
  readonly from: Mailbox
  /** PEM of the authorities whose certificates are trusted; default: those of Node. */
  readonly authorities?: string
  /** A server that answers slower than this is given up; default 10 s. */
  readonly answerLimitMs?: number
  /** A mail that takes longer as a whole is given up; default 30 s. */
  readonly sendLimitMs?: number
  /** The end waits as long for mails under way; default 5 s. */
  readonly closeLimitMs?: number
}

const MAX_CONNECTIONS = 2
/** Seconds until a mail may be tried again. */
const RETRY_AFTER_SECONDS = 60

/**
 * Creates a mailer that keeps its connections. It connects with the first mail. Certificates are verified; with `smtp:` TLS is used
 * where the server offers it, and with a login it has to: a password never goes in the clear.
 */
export function createSmtpMailer(options: SmtpMailerOptions): Mailer {
  const { from, sendLimitMs = 30_000, closeLimitMs = 5_000 } = options
  const transport = openTransport(options)
  const ending = new AbortController()
  const sending = new Set<Promise<void>>()

  async function deliver({ to, subject, text, html, id }: Mail): Promise<void> {
    await transport
      .sendMail({
        from: { ...from }, // it is written to
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${id}@${domainOf(from)}>`,
        // RFC 3834 §5: no answers from machines.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(sendLimitMs)]),
      })
      .catch((error: unknown) => {
        throw toOwnError(error)
      })
  }

  return Object.freeze<Mailer>({
    async send(mail) {
      checkMail(mail)
      const delivery = deliver(mail)
      sending.add(delivery)
      await delivery.finally(() => sending.delete(delivery))
    },
    async close() {
      transport.close()
      const timer = setTimeout(() => ending.abort(), closeLimitMs)
      await Promise.allSettled(sending)
      clearTimeout(timer)
    },
  })
}

function openTransport({
  server: { host, port, isSecure, login },
  authorities,
  answerLimitMs = 10_000,
}: SmtpMailerOptions) {
  return createTransport({
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    // For a connection that the server has closed meanwhile; beyond that, whoever sends tries again.
    maxRequeues: 1,
    host,
    port,
    secure: isSecure,
    requireTLS: login !== undefined,
    tls: authorities === undefined ? {} : { ca: authorities },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    dnsTimeout: answerLimitMs,
    connectionTimeout: answerLimitMs,
    greetingTimeout: answerLimitMs,
    socketTimeout: answerLimitMs,
    // What a mail holds is text: never the name of a file or of a page to be put in.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** What the server said about this very mail; what it says before is about the connection. */
const ABOUT_THE_MAIL = /^(MAIL FROM|RCPT TO|DATA)/
/** RFC 4954 §6: it wants a login first, which a mended configuration has. */
const LOGIN_REQUIRED = 530

/**
 * Tells what will not get better from what may. A server's words are dropped, but for its codes: they repeat addresses, and what
 * filters did not like of the text.
 */
function toOwnError(error: unknown): Error {
  if (!isNodemailerError(error)) return new InternalError('A mail can’t be sent.', { cause: error })
  const { command = '', responseCode: status, permanent = false } = error
  if (status === undefined) {
    return new UnavailableError('The mail server is away.', {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }
  const answer = `${command.split(' ', 1).join('')} ${String(status)}${enhancedStatusOf(error)}`
  return permanent && ABOUT_THE_MAIL.test(command) && status !== LOGIN_REQUIRED
    ? new MailRefusedError(`The mail server refuses the mail (${answer}).`, status)
    : new UnavailableError(`The mail server takes no mail now (${answer}).`, {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      })
}

/** Every member that it has beside those of errors may be missing. */
function isNodemailerError(error: unknown): error is NodemailerError {
  return error instanceof Error
}

/** ` 5.1.1` (RFC 3463 §2) where the server tells it. */
function enhancedStatusOf({ response = '' }: NodemailerError): string {
  const [, status] = /^[0-9]{3}[ -]([245]\.[0-9]{1,3}\.[0-9]{1,3})\b/.exec(response) ?? []
  return status === undefined ? '' : ` ${status}`
}
