/** Asks who is logged in for the password once more: a session alone, which may be stolen, is not enough for everything. */
import {
  InvalidError,
  UnauthenticatedError,
  type Item,
  type Passwords,
  type PlainStore,
} from '../framework/index.ts'
import type { user } from './resources/user.ts'

/** What asking needs. */
export interface KnownPasswordParts {
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
}

/** What somebody who is logged in proves to know. */
export interface PasswordProof {
  readonly user: string
  readonly password: string
}

/** Who has proved it. */
export interface ProvedUser {
  readonly item: Item<typeof user>
  /** Of the password: it may be another by the time that something is written. */
  readonly digest: string
}

/** @throws InvalidError that points at `/password` for a wrong one; UnauthenticatedError when the user is gone */
export async function verifyKnownPassword(
  { users, passwords }: KnownPasswordParts,
  { user, password }: PasswordProof,
): Promise<ProvedUser> {
  const found = await users.read(user)
  const secrets = await users.unsafeReadSecrets(user)
  if (found === undefined || secrets === undefined) throw new UnauthenticatedError()
  const { password_digest: digest } = secrets
  if (!(await passwords.verify(digest, password))) throw wrongPassword()
  return { item: found.item, digest }
}

/** For who is logged in, and proves once more to know the password. */
export function wrongPassword(): InvalidError {
  return new InvalidError([{ pointer: '/password', detail: 'is not the password' }])
}
