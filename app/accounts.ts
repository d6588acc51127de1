/** Accounts: who somebody is by name and password, and what they have been granted. */
import {
  ConflictError,
  InvalidError,
  newSecret,
  type Passwords,
  type PlainStore,
  type RequestClient,
  type Sessions,
  type TokenPair,
  type Transaction,
} from '../framework/index.ts'
import { changeEmailAddress, type EmailAddressChange } from './change-email-address.ts'
import { changePassword, type PasswordChange } from './change-password.ts'
import { deleteAccount, type AccountDeletion, type DeleteAccountParts } from './delete-account.ts'
import { endSessions } from './end-sessions.ts'
import { tidyFullName } from './full-name.ts'
import { confirmAddress } from './confirmation.ts'
import { tidyEmailAddress } from './email-address.ts'
import { login, type Credentials } from './login.ts'
import { refuseWeakPassword } from './password-rules.ts'
import { mailedPasswordEnd } from './mail/templates.ts'
import { recoverPassword, type RecoveredPassword } from './recovery.ts'
import type { emailConfirmation } from './resources/email-confirmation.ts'
import type { passwordRecovery } from './resources/password-recovery.ts'
import type { availability } from './resources/availability.ts'
import type { session } from './resources/session.ts'
import type { user } from './resources/user.ts'
import { scopesOfUser } from './scopes.ts'
import type { SecondFactors } from './second-factor.ts'
import type { SecurityLog } from './security-log.ts'

/** What signing up asks for. */
export interface NewAccount {
  readonly username: string
  /** Undefined: one is made up and mailed, so that there must be an address. */
  readonly password?: string
  readonly full_name?: string
  readonly email_address?: string
}

/** A new account whose password has been checked, and is kept as a digest only. */
export interface PreparedAccount extends Omit<NewAccount, 'password'> {
  readonly password_digest: string
  /** Null: it was chosen. */
  readonly password_expires_at: string | null
}

/** Makes accounts, and opens sessions for them. */
export interface Accounts {
  /**
   * Does what takes long about signing up, before a transaction opens.
   * @throws InvalidError for a password that is too short, too long or common, for a blank name, and for neither password nor address
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
   * its second factor, and at `/new_password` for who has brought one that was mailed; InvalidError for a new one that is too weak, or
   * not called for
   */
  login(credentials: Credentials, client?: RequestClient): Promise<TokenPair>
  /** Spends a refresh token. @throws UnauthenticatedError when it is spent, ended or none */
  refresh(refreshToken: string, client?: RequestClient): Promise<TokenPair>
  logout(session: string, client?: RequestClient): Promise<void>
  /** Ends all sessions of a user. Their tokens are refused when the log tells of it, on this server too. */
  logoutEverywhere(user: string, client?: RequestClient): Promise<void>
  /** @throws InvalidError for an old password that is wrong and a new one that is too weak; UnauthenticatedError when the user is gone */
  changePassword(change: PasswordChange): Promise<void>
  /** @throws InvalidError for a password that is wrong; UnauthenticatedError when the user is gone */
  changeEmailAddress(change: EmailAddressChange): Promise<void>
  /**
   * @throws InvalidError for a password that is wrong and a code that is not good; ConflictError for the last admin; TooManyRequestsError
   * when too many codes were tried; UnauthenticatedError when the user is gone
   */
  deleteAccount(deletion: AccountDeletion): Promise<void>
  /** @throws InvalidError for a link that is no good and a password that is too weak */
  recoverPassword(recovered: RecoveredPassword): Promise<void>
  /** @throws InvalidError for a link that is no good */
  confirmAddress(token: string): Promise<void>
}

/** What accounts need. */
export interface AccountsOptions extends Pick<DeleteAccountParts, 'stores'> {
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
  readonly sessions: Sessions
  /** What the sessions are recorded in. */
  readonly sessionStore: PlainStore<typeof session>
  readonly recoveries: PlainStore<typeof passwordRecovery>
  readonly confirmations: PlainStore<typeof emailConfirmation>
  /** Each user gets one. */
  readonly availabilities: PlainStore<typeof availability>
  readonly log: SecurityLog
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly secondFactors: Pick<SecondFactors, 'prove'>
}

/** Makes accounts over the store of users. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { users, passwords, sessions, sessionStore, availabilities, log, now } = options
  return Object.freeze<Accounts>({
    async prepare({ password, ...account }) {
      const { username, full_name, email_address } = account
      if (password !== undefined) refuseWeakPassword(password, { username, pointer: '/password' })
      else if (email_address === undefined) throw nowhereToMail()
      const tidied = {
        ...(full_name !== undefined && { full_name: tidyFullName(full_name, '/full_name') }),
        ...(email_address !== undefined && { email_address: tidyEmailAddress(email_address) }),
      }
      // Without a password it is one that nobody knows, until another is made up and mailed.
      const password_digest = await passwords.hash(password ?? newSecret())
      const password_expires_at = password === undefined ? mailedPasswordEnd(now()) : null
      return { ...account, ...tidied, password_digest, password_expires_at }
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
    login: (credentials, client) => login(options, credentials, client),
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
    changePassword: (change) => changePassword(options, change),
    changeEmailAddress: (change) => changeEmailAddress(options, change),
    deleteAccount: (deletion) => deleteAccount(options, deletion),
    recoverPassword: (recovered) => recoverPassword(options, recovered),
    confirmAddress: (token) => confirmAddress(options, token),
  })
}

function nowhereToMail(): InvalidError {
  const detail = 'is needed to mail a password to, when none is chosen'
  return new InvalidError([{ pointer: '/email_address', detail }])
}
