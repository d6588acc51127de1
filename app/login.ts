/** Lets somebody in by name and password, and by whatever else its account asks for. */
import {
  ForbiddenError,
  InvalidError,
  StaleError,
  UnauthenticatedError,
  where,
  type PlainStore,
  type RequestClient,
  type Result,
  type Secrets,
  type Sessions,
  type TokenPair,
} from '../framework/index.ts'
import {
  isMailedPasswordOver,
  newPasswordFor,
  replaceMailedPassword,
  type MailedPasswordParts,
} from './mailed-password.ts'
import { all } from './resources/all.ts'
import type { user } from './resources/user.ts'
import { scopesOf } from './scopes.ts'
import type { SecondFactors } from './second-factor.ts'

/** What somebody proves to be itself by. */
export interface Credentials {
  /** In any case. */
  readonly username: string
  readonly password: string
  /** Of the second factor; not looked at where there is none. */
  readonly code?: string
  /** In place of a password that was mailed. */
  readonly new_password?: string
}

/** What logging in needs. */
export interface LoginParts extends MailedPasswordParts {
  readonly sessions: Sessions
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly secondFactors: Pick<SecondFactors, 'prove'>
}

/** A password that was right, and the digest that is kept of it. */
interface Kept {
  readonly digest: string
  readonly password: string
}

/** Who has brought the right password. */
interface Entrant extends Result<typeof user> {
  readonly secrets: Secrets<typeof user>
}

type Users = PlainStore<typeof user>

/** No user has it: what is read of a user is read in vain for who is none, so that both take as long. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** @throws as `Accounts.login` says */
export async function login(
  parts: LoginParts,
  { username, password, code, new_password }: Credentials,
  client?: RequestClient,
): Promise<TokenPair> {
  const { users, passwords, sessions, secondFactors } = parts
  const entrant = await findEntrant(parts, { username, password }, client)
  const { key, item, secrets } = entrant
  const known = await rehash(parts, entrant, password)
  refuseBlocked(item)
  const chosen = newPasswordFor(secrets, new_password)
  const isProved = await secondFactors.prove({ user: key, code, client })
  const kept =
    chosen === undefined
      ? known
      : await replace(parts, { ...entrant, old: known.digest, new_password: chosen, client })
  const confirm = async (): Promise<void> => {
    refuseBlocked((await users.read(key))?.item)
    // A second factor may have been added meanwhile.
    if (!isProved) await secondFactors.prove({ user: key, code, client })
    const current = await users.unsafeReadSecrets(key)
    if (current?.password_digest === kept.digest) return
    // Changed meanwhile, or made anew by another login.
    if (!(await passwords.verify(current?.password_digest, kept.password))) throw refusal()
  }
  return sessions
    .open({ subject: key, scopes: scopesOf(item), client, confirm })
    .catch((error: unknown) => {
      // The user was deleted meanwhile: its session would refer to nobody.
      throw error instanceof InvalidError ? refusal() : error
    })
}

async function findEntrant(
  { users, passwords, log, now }: LoginParts,
  { username, password }: Pick<Credentials, 'username' | 'password'>,
  client: RequestClient | undefined,
): Promise<Entrant> {
  const found = await findUser(users, username.toLowerCase())
  const secrets = await users.unsafeReadSecrets(found?.key ?? NOBODY)
  const isRight = await passwords.verify(secrets?.password_digest, password)
  if (found !== undefined && secrets !== undefined && isRight) {
    if (!isMailedPasswordOver(secrets, now())) return { ...found, secrets }
  }
  await log.recordFailure(found?.key, client)
  throw refusal()
}

async function findUser(users: Users, username: string) {
  const filter = where(all, 'user', (row) => row.username.eq(username))
  const { results } = await users.search({ filter, limit: 1 })
  return results[0]
}

async function rehash(
  { users, passwords }: LoginParts,
  { key, secrets: { password_digest: digest } }: Entrant,
  password: string,
): Promise<Kept> {
  if (!passwords.needsRehash(digest)) return { digest, password }
  const next = await passwords.hash(password)
  // Leaves one alone that is another by now: the password has been changed.
  const precondition = where(all, 'user', (row) => row.password_digest.eq(digest))
  await users.update(key, { password_digest: next }, { precondition }).catch((error: unknown) => {
    if (!(error instanceof StaleError)) throw error
  })
  return { digest: next, password }
}

async function replace(
  parts: LoginParts,
  change: Parameters<typeof replaceMailedPassword>[1],
): Promise<Kept> {
  const digest = await replaceMailedPassword(parts, change).catch((error: unknown) => {
    // Another one was mailed, or somebody else was faster.
    throw error instanceof StaleError ? refusal() : error
  })
  return { digest, password: change.new_password }
}

/** Told to nobody who does not know the password. */
function refuseBlocked(user: { readonly blocked: boolean } | undefined): void {
  if (user?.blocked === true) throw new ForbiddenError('This account is blocked.')
}

function refusal(): UnauthenticatedError {
  return new UnauthenticatedError('The username or the password is wrong.')
}
