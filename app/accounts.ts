/** Accounts: who somebody is by name and password, and what they have been granted. */
import {
  ConflictError,
  ForbiddenError,
  InvalidError,
  StaleError,
  UnauthenticatedError,
  where,
  type Passwords,
  type PlainStore,
  type RequestClient,
  type Sessions,
  type TokenPair,
  type Transaction,
} from '../framework/index.ts'
import { changePassword, type PasswordChange } from './change-password.ts'
import { endSessions } from './end-sessions.ts'
import { tidyFullName } from './full-name.ts'
import { refuseWeakPassword } from './password-rules.ts'
import { all } from './resources/all.ts'
import type { availability } from './resources/availability.ts'
import type { session } from './resources/session.ts'
import type { user } from './resources/user.ts'
import type { SecondFactors } from './second-factor.ts'
import type { SecurityLog } from './security-log.ts'

/** What signing up asks for. */
export interface NewAccount {
  readonly username: string
  readonly password: string
  readonly full_name?: string
  readonly email_address?: string
}

/** A new account whose password has been checked, and is kept as a digest only. */
export interface PreparedAccount extends Omit<NewAccount, 'password'> {
  readonly password_digest: string
}

/** What somebody proves to be itself by. */
export interface Credentials {
  readonly username: string
  readonly password: string
  /** Of the second factor; not looked at where there is none. */
  readonly code?: string
}

/** Makes accounts, and opens sessions for them. */
export interface Accounts {
  /**
   * Does what takes long about signing up, before a transaction opens.
   * @throws InvalidError for a password that is too short, too long or common, and for a blank name
   */
  prepare(account: NewAccount): Promise<PreparedAccount>
  /**
   * @returns the key of the new user
   * @throws ConflictError for a username that is taken
   */
  signUp(account: PreparedAccount, transaction: Transaction): Promise<string>
  /**
   * @throws UnauthenticatedError, the same for a wrong name and a wrong password, after the same work; ForbiddenError for who is
   * blocked and has brought the right password; UnauthenticatedError that points at `/code` for who has brought it, and no good code of
   * its second factor
   */
  login(credentials: Credentials, client?: RequestClient): Promise<TokenPair>
  /** Spends a refresh token. @throws UnauthenticatedError when it is spent, ended or none */
  refresh(refreshToken: string, client?: RequestClient): Promise<TokenPair>
  logout(session: string, client?: RequestClient): Promise<void>
  /** Ends all sessions of a user. Their tokens are refused when the log tells of it, on this server too. */
  logoutEverywhere(user: string, client?: RequestClient): Promise<void>
  /** @throws InvalidError for an old password that is wrong and a new one that is too weak; UnauthenticatedError when the user is gone */
  changePassword(change: PasswordChange): Promise<void>
}

/** What accounts need. */
export interface AccountsOptions {
  readonly users: Users
  readonly passwords: Passwords
  readonly sessions: Sessions
  /** What the sessions are recorded in. */
  readonly sessionStore: PlainStore<typeof session>
  /** Each user gets one. */
  readonly availabilities: PlainStore<typeof availability>
  readonly log: SecurityLog
  readonly secondFactors: Pick<SecondFactors, 'prove'>
}

type Users = PlainStore<typeof user>

/** No user has it: what is read of a user is read in vain for who is none, so that both take as long. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Makes accounts over the store of users. */
export function createAccounts({
  users,
  passwords,
  sessions,
  sessionStore,
  availabilities,
  log,
  secondFactors,
}: AccountsOptions): Accounts {
  return Object.freeze<Accounts>({
    async prepare({ password, ...account }) {
      refuseWeakPassword(password, { username: account.username, pointer: '/password' })
      const { full_name } = account
      const tidied =
        full_name === undefined ? {} : { full_name: tidyFullName(full_name, '/full_name') }
      return { ...account, ...tidied, password_digest: await passwords.hash(password) }
    },
    async signUp(account, transaction) {
      const made = await users
        .create(account, { transaction, pointer: '' })
        .catch((error: unknown) => {
          if (!(error instanceof ConflictError)) throw error
          throw new ConflictError('This username is taken. Choose another.', { cause: error })
        })
      await availabilities.create({ user_id: made.key }, { transaction })
      return made.key
    },
    async login({ username, password, code }, client) {
      const found = await findUser(users, username)
      const secrets = await users.unsafeReadSecrets(found?.key ?? NOBODY)
      const digest = secrets?.password_digest
      const isRight = await passwords.verify(digest, password)
      if (found === undefined || digest === undefined || !isRight) {
        await log.recordFailure(found?.key, client)
        throw refusal()
      }
      const kept = passwords.needsRehash(digest) ? await passwords.hash(password) : digest
      if (kept !== digest) await replaceDigest(users, found.key, { digest, next: kept })
      refuseBlocked(found.item)
      const isProved = await secondFactors.prove({ user: found.key, code, client })
      const confirm = async (): Promise<void> => {
        refuseBlocked((await users.read(found.key))?.item)
        // A second factor may have been added meanwhile.
        if (!isProved) await secondFactors.prove({ user: found.key, code, client })
        const now = await users.unsafeReadSecrets(found.key)
        if (now?.password_digest === kept) return
        // Changed meanwhile, or made anew by another login.
        if (!(await passwords.verify(now?.password_digest, password))) throw refusal()
      }
      return sessions
        .open({ subject: found.key, scopes: scopesOf(found.item), client, confirm })
        .catch((error: unknown) => {
          // The user was deleted meanwhile: its session would refer to nobody.
          throw error instanceof InvalidError ? refusal() : error
        })
    },
    refresh: (refreshToken, client) =>
      sessions.refresh(refreshToken, (subject) => scopesOfUser(users, subject), client),
    logout: (session, client) => sessions.close(session, client),
    async logoutEverywhere(user, client) {
      const event = { actor: user, subject: user, address: client?.address }
      await sessionStore.transactions.transaction(async (transaction) => {
        await endSessions(sessionStore, { user, transaction })
        await log.record({ kind: 'logout_everywhere', ...event }, transaction)
      })
    },
    changePassword: (change) => changePassword({ users, passwords, sessionStore, log }, change),
  })
}

/** What a user has been granted by now; undefined when there is no such user, or it is blocked. */
export async function scopesOfUser(
  users: Users,
  subject: string,
): Promise<readonly string[] | undefined> {
  const found = await users.read(subject)
  return found === undefined || found.item.blocked ? undefined : scopesOf(found.item)
}

async function findUser(users: Users, username: string) {
  const filter = where(all, 'user', (row) => row.username.eq(username))
  const { results } = await users.search({ filter, limit: 1 })
  return results[0]
}

/** Leaves a digest alone that is another by now: the password has been changed. */
async function replaceDigest(
  users: Users,
  key: string,
  { digest, next }: { readonly digest: string; readonly next: string },
): Promise<void> {
  const precondition = where(all, 'user', (row) => row.password_digest.eq(digest))
  await users.update(key, { password_digest: next }, { precondition }).catch((error: unknown) => {
    if (!(error instanceof StaleError)) throw error
  })
}

function scopesOf({ admin }: { readonly admin: boolean }): readonly string[] {
  return admin ? ['admin'] : []
}

/** Told to nobody who does not know the password. */
function refuseBlocked(user: { readonly blocked: boolean } | undefined): void {
  if (user?.blocked === true) throw new ForbiddenError('This account is blocked.')
}

function refusal(): UnauthenticatedError {
  return new UnauthenticatedError('The username or the password is wrong.')
}
