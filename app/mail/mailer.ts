/** Which way mail goes, as the configuration says. */
import type { ServerPlugin } from '../../framework/index.ts'
import type { Config } from '../config.ts'
import type { Mailer } from './mail.ts'
import { createPreviewInbox } from './preview-inbox.ts'
import { sentMailsPlugin } from './sent-mails-page.ts'
import { createSmtpMailer } from './smtp-mailer.ts'

/** The way of mail. */
export interface MailRoute {
  /** Undefined: there is none, and what needs mail is refused. Its owner closes it. */
  readonly mailer: Mailer | undefined
  /** Pages that belong to it. */
  readonly plugins: readonly ServerPlugin[]
  /** For the person who starts the server. */
  readonly description: string
}

/**
 * With `SMTP_URL` mail goes there. Without, it goes to the preview inbox in development, and nowhere in production: an inbox that
 * anybody can read would give every account away.
 */
export function openMailRoute({ smtpServer, mailFrom, isProduction }: MailConfig): MailRoute {
  if (smtpServer !== undefined) {
    const { host, port } = smtpServer
    return {
      mailer: createSmtpMailer({ server: smtpServer, from: mailFrom }),
      plugins: [],
      description: `by ${host}:${String(port)}, from ${mailFrom.address}`,
    }
  }
  if (isProduction) {
    return {
      mailer: undefined,
      plugins: [],
      description:
        'none is sent, for there is no SMTP_URL. Recovering passwords is refused (503), and addresses stay unconfirmed.',
    }
  }
  const inbox = createPreviewInbox({ now: Date.now })
  return {
    mailer: inbox,
    plugins: [sentMailsPlugin(inbox)],
    description: 'none is sent, for there is no SMTP_URL; it is shown at /sent-mails',
  }
}

/** What of the configuration mail needs. */
export type MailConfig = Pick<Config, 'smtpServer' | 'mailFrom' | 'isProduction'>
