/** What jobs mail by: the letters, and the way that they go. */
import { MailRefusedError, type Mail, type Mailer } from './mail.ts'
import type { Letters } from './templates.ts'

/** Letters and their way. */
export interface Post {
  readonly letters: Letters
  /**
   * Sends a mail. One that is refused for good is told of and given up: to send it again would come to the same.
   * @throws UnavailableError when it may be taken later
   */
  send(mail: Mail): Promise<void>
}

/** What a post needs. */
export interface PostParts {
  readonly letters: Letters
  readonly mailer: Mailer
  /** Told of mails that are refused for good. */
  readonly report: (error: unknown) => void
}

/** Makes a post. */
export function createPost({ letters, mailer, report }: PostParts): Post {
  return Object.freeze<Post>({
    letters,
    async send(mail) {
      try {
        await mailer.send(mail)
      } catch (error) {
        if (!(error instanceof MailRefusedError)) throw error
        report(error)
      }
    },
  })
}
