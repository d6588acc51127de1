/** The letters of the messenger. */
import { writeLetter } from './letter.ts'
import type { Letter } from './mail.ts'

/**
 * The page that letters lead to, under the public URL. The secret stands in the fragment, `#token=…`: browsers send that to no server,
 * so that it gets into no log and no Referer.
 */
export const RECOVERY_PATH = '/account/recover'

/** How long the link of a recovery letter is good; the letter says so. */
export const RECOVERY_MINUTES = 30

/** Writes the letters. Nothing that somebody else may choose stands in them but the username, which is letters, digits and `. _ -`. */
export interface Letters {
  recoverPassword(account: { readonly username: string; readonly token: string }): Letter
  passwordChanged(account: { readonly username: string }): Letter
}

/** @param publicUrl where people reach the messenger: from the configuration, never from a request */
export function createLetters(publicUrl: string): Letters {
  const page = new URL(publicUrl.replace(/\/$/, '') + RECOVERY_PATH)
  const linkOf = (token: string): URL => {
    const link = new URL(page)
    link.hash = new URLSearchParams({ token }).toString()
    return link
  }
  return Object.freeze<Letters>({
    recoverPassword: ({ username, token }) =>
      writeLetter('Choose a new password', [
        `Somebody asked for a new password for your account “${username}”.`,
        { link: linkOf(token), label: 'Choose a new password' },
        `The link is good for ${String(RECOVERY_MINUTES)} minutes, and once.`,
        'If it was not you, you need not do anything: your password stays as it is.',
      ]),
    passwordChanged: ({ username }) =>
      writeLetter('Your password was changed', [
        `The password of your account “${username}” was changed, and its sessions were ended.`,
        'If it was not you, choose a new password now:',
        { link: page, label: 'Choose a new password' },
      ]),
  })
}
