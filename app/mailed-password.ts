/** Passwords that were made up here and mailed: each is good for one login, which brings another that its owner has chosen. */
import {
  InvalidError,
  UnauthenticatedError,
  type Item,
  type Passwords,
  type RequestClient,
  type Secrets,
} from '../framework/index.ts'
import { refuseWeakPassword } from './password-rules.ts'
import type { user } from './resources/user.ts'
import { setPassword, type SetPasswordParts } from './set-password.ts'

type Mailed = Pick<Secrets<typeof user>, 'password_expires_at'>

/** Whether it was good for too long; never of a password that was chosen. */
export function isMailedPasswordOver({ password_expires_at: end }: Mailed, now: number): boolean {
  return end !== null && Date.parse(end) <= now
}

/**
 * What somebody who has brought the right password wants instead of it.
 * @returns undefined: the password was chosen, and stays
 * @throws UnauthenticatedError that points at `/new_password` when there must be one; InvalidError when there can't
 */
export function newPasswordFor(
  { password_expires_at }: Mailed,
  new_password: string | undefined,
): string | undefined {
  if (password_expires_at === null) {
    if (new_password === undefined) return undefined
    const detail = 'is for who logs in with a password that was mailed: use change_password'
    throw new InvalidError([{ pointer: '/new_password', detail }])
  }
  if (new_password !== undefined) return new_password
  const message = 'The password was mailed: it must be changed. Send a new_password along.'
  throw new UnauthenticatedError(message, {
    faults: [{ pointer: '/new_password', detail: message }],
  })
}

/** What follows for the address of who got in by a mail, before anybody had confirmed it: it is right. */
export function confirmedByMail(
  { email_address }: Pick<Item<typeof user>, 'email_address'>,
  { password_expires_at }: Mailed,
): { readonly confirmed_address?: string } {
  const isProved = password_expires_at !== null && email_address !== null
  return isProved ? { confirmed_address: email_address } : {}
}

/** What is needed to replace them. */
export interface MailedPasswordParts extends SetPasswordParts {
  readonly passwords: Passwords
}

/** Whose password is replaced, and by what. */
export interface MailedPasswordChange {
  readonly key: string
  readonly item: Item<typeof user>
  readonly secrets: Mailed
  /** The digest of the mailed one. */
  readonly old: string
  readonly new_password: string
  readonly client: RequestClient | undefined
}

/**
 * Sets the password that was chosen, and confirms the address that the other was mailed to.
 * @returns the digest that is kept
 * @throws InvalidError that points at `/new_password` for a weak one; StaleError when the mailed one is not good any more
 */
export async function replaceMailedPassword(
  parts: MailedPasswordParts,
  { key, item, secrets, old, new_password, client }: MailedPasswordChange,
): Promise<string> {
  refuseWeakPassword(new_password, { username: item.username, pointer: '/new_password' })
  const password_digest = await parts.passwords.hash(new_password)
  await setPassword(parts, {
    user: key,
    password_digest,
    old,
    session: undefined,
    address: client?.address,
    ...confirmedByMail(item, secrets),
  })
  return password_digest
}
