/** The messenger for tests with a real SMTP server behind it, and what has arrived there. */
import type { Test } from 'tap'
import type { Config } from '../../app/config.ts'
import type { MessengerParts } from '../../app/messenger.ts'
import { parseSmtpUrl } from '../../app/mail/smtp-url.ts'
import { openTestMessenger, type TestMessenger } from './messenger.ts'
import { startSmtpServer } from './smtp-server.ts'

/** Subjects of the messenger's letters. */
export const SUBJECTS = Object.freeze({
  recovery: 'Choose a new password',
  confirmation: 'Confirm your e-mail address',
  passwordNotice: 'Your password was changed',
  addressNotice: 'Your e-mail address was changed',
  firstPassword: 'Your account',
})

/** A messenger whose mail arrives. */
export interface MailedMessenger extends TestMessenger {
  /** How many mails of that subject have arrived at an address so far. */
  countOf(address: string, subject: string): number
  /** Waits for a mail of that subject to an address, the first unless `at` says another. @returns its text */
  mailTo(address: string, subject: string, at?: number): Promise<string>
  /** Confirms an address by the last mail that has asked it, which it waits for. */
  confirm(address: string): Promise<void>
  /** Has a link to recover an account mailed to a confirmed address. @returns the token in it */
  recoveryToken(email_address: string): Promise<string>
}

/** The token in the link of a letter. */
export function tokenIn(text: string): string {
  return /#token=([\w-]+)/.exec(text)?.[1] ?? ''
}

/** Opens it; both end with the test. */
export async function openMailedMessenger(
  t: Test,
  config: Partial<Config> = {},
  parts: Pick<MessengerParts, 'now'> = {},
): Promise<MailedMessenger> {
  // Its certificate is known to nobody.
  const { port, arrived } = await startSmtpServer(t, { disabledCommands: ['STARTTLS'] })
  const smtpServer = parseSmtpUrl(`smtp://localhost:${String(port)}`)
  const messenger = await openTestMessenger(t, { smtpServer, ...config }, parts)
  const { call } = messenger
  const mailsTo = (address: string, subject: string) =>
    arrived.all.filter(
      ({ recipients, email }) => recipients.includes(address) && email.subject === subject,
    )
  const countOf = (address: string, subject: string) => mailsTo(address, subject).length
  async function mailTo(address: string, subject: string, at = 0): Promise<string> {
    await arrived.until(() => countOf(address, subject) > at)
    return mailsTo(address, subject)[at]?.email.text ?? ''
  }
  return {
    ...messenger,
    countOf,
    mailTo,
    async confirm(address) {
      const last = Math.max(0, countOf(address, SUBJECTS.confirmation) - 1)
      const token = tokenIn(await mailTo(address, SUBJECTS.confirmation, last))
      const confirmed = await call('POST /actions/confirm-address', { json: { token } })
      t.equal(confirmed.statusCode, 204)
    },
    async recoveryToken(email_address) {
      const address = email_address.toLowerCase()
      const before = countOf(address, SUBJECTS.recovery)
      const asked = await call('POST /actions/recover-password', { json: { email_address } })
      t.equal(asked.statusCode, 202)
      return tokenIn(await mailTo(address, SUBJECTS.recovery, before))
    },
  }
}
