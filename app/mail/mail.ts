/** A mail, and what sends it. */
import { ResourceError } from '../../framework/index.ts'
import { isMailAddress } from './mailbox.ts'

/** What is read: as text and as HTML, for either may be all that a reader shows. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A letter to one person. */
export interface Mail extends Letter {
  /** One plain address, as it is stored. */
  readonly to: string
  /**
   * Becomes the Message-ID: the same each time that this mail is sent again, so that who gets it twice can tell. Letters, digits and
   * `. _ -` inside, unique among all mails: the id of the job that sends it is good.
   */
  readonly id: string
}

/** Sends mails. Its owner closes it. */
export interface Mailer {
  /**
   * Resolves when the next server has taken the mail. After an UnavailableError it may have taken it all the same.
   * @throws MailRefusedError when sending it again would come to the same; UnavailableError when it may be taken later
   */
  send(mail: Mail): Promise<void>
  /** Waits a few seconds for mails under way. What is not sent by then fails with UnavailableError, and so does every later mail. */
  close(): Promise<void>
}

/** The mail is refused for good: by its server, or because it is no mail. What is told of it holds neither address nor text. */
export class MailRefusedError extends ResourceError {
  override readonly name = 'MailRefusedError'
  readonly code = 'internal'
  /** What the server answered (RFC 5321 §4.2.1), from 500 to 599; undefined when it was not asked. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** RFC 5322 §2.1.1 allows 998 octets; what is longer is no subject. */
const MAX_SUBJECT_LENGTH = 200
const ID = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/

/**
 * Checks what would make another mail of it: an address that is several or none, a line break in what becomes a header.
 * @throws MailRefusedError
 */
export function checkMail({ to, subject, id }: Mail): void {
  if (!isMailAddress(to)) throw new MailRefusedError('A mail goes to one plain address.')
  if (/\p{Cc}/u.test(subject) || subject.length > MAX_SUBJECT_LENGTH)
    throw new MailRefusedError('A subject is one short line.')
  if (!ID.test(id))
    throw new MailRefusedError('The id of a mail is letters, digits and . _ - inside.')
}
