/** Changes a password: who knows the old one gives a new one, and everybody else who was logged in is not any more. */
import { StaleError, type Passwords, type RequestClient } from '../framework/index.ts'
import { verifyKnownPassword, wrongPassword } from './known-password.ts'
import { refuseWeakPassword } from './password-rules.ts'
import { setPassword, type SetPasswordParts } from './set-password.ts'

/** What is needed to change passwords. */
export interface ChangePasswordParts extends SetPasswordParts {
  readonly passwords: Passwords
}

/** Whose password is changed, and to what. */
export interface PasswordChange {
  readonly user: string
  /** The session that goes on. */
  readonly session: string | undefined
  readonly password: string
  readonly new_password: string
  /** Who is at the other end. */
  readonly client?: RequestClient | undefined
}

/**
 * Changes it when the old one is right, and ends all other sessions with it.
 * @throws InvalidError for an old password that is wrong and a new one that is too weak; UnauthenticatedError when the user is gone
 */
export async function changePassword(
  { users, passwords, sessionStore, log }: ChangePasswordParts,
  { user, session, password, new_password, client }: PasswordChange,
): Promise<void> {
  const { item, digest: old } = await verifyKnownPassword({ users, passwords }, { user, password })
  refuseWeakPassword(new_password, { username: item.username, pointer: '/new_password' })
  const password_digest = await passwords.hash(new_password)
  const address = client?.address
  await setPassword(
    { users, sessionStore, log },
    { user, password_digest, old, session, address },
  ).catch((error: unknown) => {
    // It was changed meanwhile: what was right is not any more.
    throw error instanceof StaleError ? wrongPassword() : error
  })
}
