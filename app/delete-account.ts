/** Deletes accounts: what is kept of their users goes, and what they wrote stays without a name or goes too. */
import {
  ConflictError,
  InvalidError,
  newSecret,
  UnauthenticatedError,
  type Passwords,
  type PlainStore,
  type RequestClient,
  type Transaction,
} from '../framework/index.ts'
import { lockAdmins } from './admins.ts'
import { sqlIn } from './domain-stores.ts'
import { endSessions } from './end-sessions.ts'
import { verifyKnownPassword, wrongPassword } from './known-password.ts'
import { leaveConversations, type LeaveParts } from './leave-conversations.ts'
import type { session } from './resources/session.ts'
import type { user } from './resources/user.ts'
import type { SecondFactors } from './second-factor.ts'
import type { SecurityLog } from './security-log.ts'

/** What becomes of what somebody has written. */
export const MESSAGE_FATES = ['keep', 'delete'] as const

/** What is needed to delete accounts. */
export interface DeleteAccountParts extends LeaveParts {
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
  readonly sessionStore: PlainStore<typeof session>
  readonly secondFactors: Pick<SecondFactors, 'prove'>
  readonly log: SecurityLog
}

/** Whose account is deleted, and what shows that it is oneself. */
export interface AccountDeletion {
  readonly user: string
  readonly password: string
  /** Of the second factor; not looked at where there is none. */
  readonly code?: string
  readonly messages: (typeof MESSAGE_FATES)[number]
  /** Who is at the other end. */
  readonly client?: RequestClient | undefined
}

/** What the event of a deleted account says when its messages go: the job that it sets off does it. */
export const MESSAGES_GO = 'Its messages are deleted too.'

/**
 * Deletes an account at once, but for what may be much, which a job deletes: what it was told and others were told of it, and its
 * messages if they are to go.
 *
 * The row of the user stays, with nothing in it that tells who it was: messages, and those who answered them, need an author whom they
 * all share, and nobody else may get its id. Its username is made up, `deleted_at` says that it is nobody's, and no password fits. When
 * its messages are gone and nothing refers to it, the job deletes the row too.
 *
 * Gone are its sessions, memberships (groups pass on, the other of a conversation of two keeps it), friendships on both sides, second
 * factor, links that were mailed, exports, and files that are attached to no message. Security events stay as long as all do.
 * @throws InvalidError for a password that is wrong, and for a code that is missing or not good; TooManyRequestsError when too many codes
 * were tried; ConflictError for the last admin; UnauthenticatedError when the user is gone
 */
export async function deleteAccount(
  parts: DeleteAccountParts,
  { user, password, code, messages, client }: AccountDeletion,
): Promise<void> {
  const { users, passwords, sessionStore, secondFactors, log } = parts
  const { item, digest } = await verifyKnownPassword(parts, { user, password })
  await secondFactors.prove({ user, code, client }).catch((error: unknown) => {
    throw error instanceof UnauthenticatedError ? noCode(code) : error
  })
  const nobodysDigest = await passwords.hash(newSecret())
  const { transactions } = users
  await transactions.transaction(async (transaction) => {
    if (item.admin) await refuseLastAdmin(parts, user, transaction)
    await leaveConversations(parts, { me: user, transaction })
    await forgetAll(parts, user, transaction)
    await anonymise(parts, { user, digest, nobodysDigest }, transaction)
    // What others were about to do is written by now, and groups that it was about to make: who refers to its row waits for this
    // transaction, or it for them.
    await leaveConversations(parts, { me: user, transaction })
    await forgetAll(parts, user, transaction)
    await endSessions(sessionStore, { user, transaction })
    const event = { actor: user, subject: user, address: client?.address }
    const detail = messages === 'delete' ? { detail: MESSAGES_GO } : {}
    await log.record({ kind: 'account_deleted', ...event, ...detail }, transaction)
  })
  // A login that was under way may have opened one that the transaction could not see yet.
  await transactions.transaction((transaction) => endSessions(sessionStore, { user, transaction }))
}

function noCode(code: string | undefined): InvalidError {
  const detail = code === undefined ? 'is needed: there is a second factor' : 'is not good'
  return new InvalidError([{ pointer: '/code', detail }])
}

async function refuseLastAdmin(
  { stores }: DeleteAccountParts,
  user: string,
  transaction: Transaction,
): Promise<void> {
  const admins = await lockAdmins(stores, transaction)
  if ([...admins].some((id) => id !== user)) return
  throw new ConflictError('You are the only admin. Make somebody else one first.')
}

/** Files, and jobs that follow from rows, go by the events of these. */
async function forgetAll(
  { stores }: DeleteAccountParts,
  user: string,
  transaction: Transaction,
): Promise<void> {
  const sql = sqlIn(stores, transaction)
  await sql.deleteFrom('data_export').where('user_id', '=', user).execute()
  await sql
    .deleteFrom('friendship')
    .where((row) => row.or([row('user_id', '=', user), row('other_id', '=', user)]))
    .execute()
  await sql.deleteFrom('availability').where('user_id', '=', user).execute()
  await sql.deleteFrom('second_factor').where('user_id', '=', user).execute()
  await sql.deleteFrom('password_recovery').where('user_id', '=', user).execute()
  await sql.deleteFrom('email_confirmation').where('user_id', '=', user).execute()
  await sql
    .deleteFrom('attachment')
    .where('owner_id', '=', user)
    .where('message_id', 'is', null)
    .execute()
}

interface Anonymous {
  readonly user: string
  /** Of the password that was right. */
  readonly digest: string
  readonly nobodysDigest: string
}

async function anonymise(
  { stores, now }: DeleteAccountParts,
  { user, digest, nobodysDigest }: Anonymous,
  transaction: Transaction,
): Promise<void> {
  const time = new Date(now()).toISOString()
  const { numUpdatedRows } = await sqlIn(stores, transaction)
    .updateTable('user')
    .set({
      username: nobodysName(),
      full_name: null,
      email_address: null,
      confirmed_address: null,
      about: null,
      avatar_id: null,
      admin: false,
      password_digest: nobodysDigest,
      password_expires_at: null,
      deleted_at: time,
      updated_at: time,
    })
    .where('id', '=', user)
    .where('password_digest', '=', digest)
    .executeTakeFirstOrThrow()
  // The password was changed meanwhile, or the account deleted: what was right is not any more.
  if (numUpdatedRows === 0n) throw wrongPassword()
}

/** Of as many letters that no two are the same. */
function nobodysName(): string {
  return `deleted-${newSecret()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 20)}`
}
