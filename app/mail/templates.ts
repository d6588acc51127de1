/** The letters of the messenger. */
import { writeLetter } from './letter.ts'
import type { Letter } from './mail.ts'

/**
 * The page that letters lead to, under the public URL. The secret stands in the fragment, `#token=…`: browsers send that to no server,
 * so that it gets into no log and no Referer.
 */
export const RECOVERY_PATH = '/account/recover'

/** The page of letters that ask whether an address is right. */
export const CONFIRMATION_PATH = '/account/confirm'

/** How long the link of such a letter is good; the letter says so. */
export const CONFIRMATION_DAYS = 7

/** How long a password that was mailed is good; the letter says so. */
export const MAILED_PASSWORD_DAYS = 7

/** When a password that is mailed at a time is good no more, in ISO 8601. */
export function mailedPasswordEnd(nowMs: number): string {
  return new Date(nowMs + MAILED_PASSWORD_DAYS * 24 * 3_600_000).toISOString()
}

/** How long the link of a recovery letter is good; the letter says so. */
export const RECOVERY_MINUTES = 30

/** Writes the letters. Nothing that somebody else may choose stands in them but the username, which is letters, digits and `. _ -`. */
export interface Letters {
  recoverPassword(account: { readonly username: string; readonly token: string }): Letter
  confirmAddress(account: { readonly username: string; readonly token: string }): Letter
  passwordChanged(account: { readonly username: string }): Letter
  firstPassword(account: { readonly username: string; readonly password: string }): Letter
  /** @param account.isRemoved whether there is no address any more */
  addressChanged(account: { readonly username: string; readonly isRemoved: boolean }): Letter
}

/** @param publicUrl where people reach the messenger: from the configuration, never from a request */
export function createLetters(publicUrl: string): Letters {
  const pageOf = (path: string): URL => new URL(publicUrl.replace(/\/$/, '') + path)
  const linkOf = (path: string, token: string): URL => {
    const link = pageOf(path)
    link.hash = new URLSearchParams({ token }).toString()
    return link
  }
  return Object.freeze<Letters>({
    recoverPassword: ({ username, token }) =>
      writeLetter('Choose a new password', [
        `Somebody asked for a new password for your account “${username}”.`,
        { link: linkOf(RECOVERY_PATH, token), label: 'Choose a new password' },
        `The link is good for ${String(RECOVERY_MINUTES)} minutes, and once.`,
        'If it was not you, you need not do anything: your password stays as it is.',
      ]),
    confirmAddress: ({ username, token }) =>
      writeLetter('Confirm your e-mail address', [
        `The account “${username}” gave this e-mail address. Is it yours?`,
        { link: linkOf(CONFIRMATION_PATH, token), label: 'Yes, confirm it' },
        `The link is good for ${String(CONFIRMATION_DAYS)} days, and once.`,
        'If you did not do this, you need not do anything: the address stays unconfirmed.',
      ]),
    passwordChanged: ({ username }) =>
      writeLetter('Your password was changed', [
        `The password of your account “${username}” was changed, and its sessions were ended.`,
        'If it was not you, choose a new password now:',
        { link: pageOf(RECOVERY_PATH), label: 'Choose a new password' },
      ]),
    firstPassword: ({ username, password }) =>
      writeLetter('Your account', [
        `The account “${username}” was made with this e-mail address. Log in with this password:`,
        { copy: password },
        `It is good for ${String(MAILED_PASSWORD_DAYS)} days, and for one login, at which you choose another.`,
        'If you did not do this, you need not do anything: nobody else has the password.',
      ]),
    addressChanged: ({ username, isRemoved }) =>
      writeLetter(
        'Your e-mail address was changed',
        isRemoved
          ? [
              `The e-mail address of your account “${username}” was removed.`,
              'If it was not you, somebody knows your password: log in and change it now.',
            ]
          : [
              `Your account “${username}” has another e-mail address now. Until that one is confirmed you can recover the account by this one.`,
              'If it was not you, choose a new password now:',
              { link: pageOf(RECOVERY_PATH), label: 'Choose a new password' },
            ],
      ),
  })
}
