/** Accounts: who somebody is by name and password, and what they have been granted. */
import {
  checkPassword,
  ConflictError,
  InvalidError,
  UnauthenticatedError,
  where,
  type Passwords,
  type PlainStore,
  type Sessions,
  type TokenPair,
  type Transaction,
} from '../framework/index.ts'
import { all } from './resources/all.ts'
import type { user } from './resources/user.ts'

/** What signing up asks for. */
export interface NewAccount {
  readonly username: string
  readonly password: string
  readonly full_name?: string
  readonly email_address?: string
}

/** Makes accounts, and opens sessions for them. */
export interface Accounts {
  /**
   * @returns the key of the new user
   * @throws InvalidError for a password that is too short, too long or common; ConflictError for a name that is taken
   */
  signUp(account: NewAccount, transaction: Transaction): Promise<string>
  /** @throws UnauthenticatedError, the same for a wrong name and a wrong password, after the same work */
  login(username: string, password: string): Promise<TokenPair>
  /** Spends a refresh token. @throws UnauthenticatedError when it is spent, ended or none */
  refresh(refreshToken: string): Promise<TokenPair>
  logout(session: string): Promise<void>
}

/** What accounts need. */
export interface AccountsOptions {
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
  readonly sessions: Sessions
}

/** Makes accounts over the store of users. */
export function createAccounts({ users, passwords, sessions }: AccountsOptions): Accounts {
  return Object.freeze<Accounts>({
    async signUp({ password, ...account }, transaction) {
      const faults = checkPassword(password, { username: account.username })
      if (faults.length > 0) throw new InvalidError(faults)
      const password_digest = await passwords.hash(password)
      const { key } = await users
        .create({ ...account, password_digest }, { transaction, pointer: '' })
        .catch((error: unknown) => {
          if (!(error instanceof ConflictError)) throw error
          throw new ConflictError('This username is taken. Choose another.', { cause: error })
        })
      return key
    },
    async login(username, password) {
      const found = await findUser(users, username)
      const secrets = found === undefined ? undefined : await users.unsafeReadSecrets(found.key)
      const digest = secrets?.password_digest
      const isRight = await passwords.verify(digest, password)
      if (found === undefined || digest === undefined || !isRight) {
        throw new UnauthenticatedError('The username or the password is wrong.')
      }
      if (passwords.needsRehash(digest)) {
        await users.update(found.key, { password_digest: await passwords.hash(password) })
      }
      return sessions.open({ subject: found.key, scopes: scopesOf(found.item) })
    },
    refresh: (refreshToken) =>
      sessions.refresh(refreshToken, async (subject) => {
        const found = await users.read(subject)
        return found === undefined ? undefined : scopesOf(found.item)
      }),
    logout: (session) => sessions.close(session),
  })
}

async function findUser(users: PlainStore<typeof user>, username: string) {
  const filter = where(all, 'user', (row) => row.username.eq(username))
  const { results } = await users.search({ filter, limit: 1 })
  return results[0]
}

function scopesOf({ admin }: { readonly admin: boolean }): readonly string[] {
  return admin ? ['admin'] : []
}
