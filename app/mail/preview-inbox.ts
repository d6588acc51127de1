/** Where mail goes in development without `SMTP_URL`: it is kept in memory, for a page to show. */
import { UnavailableError } from '../../framework/index.ts'
import { checkMail, type Mail, type Mailer } from './mail.ts'

/** A mail that would have been sent. */
export interface SentMail extends Mail {
  /** When, in ISO 8601. */
  readonly sent_at: string
}

/** Takes every mail that a server would be given, and keeps the last ones. */
export interface PreviewInbox extends Mailer {
  /** The newest first. */
  readonly mails: readonly SentMail[]
}

/** Older ones are dropped. */
const MAX_MAILS = 100

/** Creates an empty inbox. A mail that comes again, by its id, is kept once, as its newest. */
export function createPreviewInbox({ now }: { readonly now: () => number }): PreviewInbox {
  let mails: readonly SentMail[] = []
  let isOpen = true
  return Object.freeze<PreviewInbox>({
    get mails() {
      return mails
    },
    async send(mail) {
      checkMail(mail)
      if (!isOpen) throw new UnavailableError('The server ends.')
      const { id, to, subject, text, html } = mail
      const sent_at = new Date(now()).toISOString()
      const others = mails.filter((other) => other.id !== id).slice(0, MAX_MAILS - 1)
      mails = [Object.freeze({ id, sent_at, to, subject, text, html }), ...others]
    },
    async close() {
      isOpen = false
    },
  })
}
