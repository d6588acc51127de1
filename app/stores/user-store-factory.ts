/** Who may do what with users: rules, and beside them code of the app's own. */
import {
  ForbiddenError,
  restrictedStoreFactory,
  wrappedStoreFactory,
  type Authorization,
  type PlainStore,
  type StoreFactory,
  type Transaction,
  type UpdateInput,
  type WriteOptions,
} from '../../framework/index.ts'
import { lockAdmins } from '../admins.ts'
import { endSessions } from '../end-sessions.ts'
import { tidyFullName } from '../full-name.ts'
import { leaveConversations, type LeaveParts } from '../leave-conversations.ts'
import { all } from '../resources/all.ts'
import type { session } from '../resources/session.ts'
import type { user } from '../resources/user.ts'
import type { SecurityLog } from '../security-log.ts'
import { isShownTo, type ProfilePart } from './profile-readers.ts'

const byRules = restrictedStoreFactory(all, 'user', ({ row, before, me, anyone }) => {
  const isSelf = row.id.eq(me.id)
  const isAdmin = me.scope('admin')
  const isSelfOrAdmin = isSelf.or(isAdmin)
  const readersOf = (part: ProfilePart) => isSelfOrAdmin.or(isShownTo(me, row, part))
  const isAdminOverOthers = isAdmin.and(row.id.ne(me.id))
  return {
    read: anyone,
    // No rule for create: users are made by sign-up alone.
    // Of a deleted account nothing is left, whoever had begun to write it.
    update: isSelfOrAdmin.and(before.deleted_at.notExists()),
    delete: isAdminOverOthers,
    attributes: {
      full_name: { read: readersOf('full_name') },
      email_address: { read: readersOf('email_address') },
      confirmed_address: { read: isSelfOrAdmin },
      about: { read: readersOf('about') },
      avatar_id: { read: readersOf('avatar'), update: isSelf },
      // Nobody is shown to others by somebody else, not even by an admin.
      full_name_visibility: { read: isSelfOrAdmin, update: isSelf },
      email_address_visibility: { read: isSelfOrAdmin, update: isSelf },
      about_visibility: { read: isSelfOrAdmin, update: isSelf },
      avatar_visibility: { read: isSelfOrAdmin, update: isSelf },
      presence_visibility: { read: isSelfOrAdmin, update: isSelf },
      admin: { update: isAdminOverOthers },
      blocked: { read: isAdmin, update: isAdminOverOthers },
    },
  }
})

/** What the store factory of users needs. */
export interface UserStoreParts extends LeaveParts {
  readonly users: PlainStore<typeof user>
  readonly sessions: PlainStore<typeof session>
  readonly log: SecurityLog
}

/**
 * The rules of users; and code that keeps their names tidy, ends the sessions of who is blocked, passes on the groups of who is deleted, and writes down what admins do to others: all in the transaction of the write.
 */
export function userStoreFactory(parts: UserStoreParts): StoreFactory<typeof user> {
  const { users, log } = parts
  const { transactions } = users
  return wrappedStoreFactory(byRules, (store, { caller }) => ({
    async update(key, item, options) {
      const tidied = tidy(item, options)
      if (item.blocked === undefined && item.admin === undefined) {
        return store.update(key, tidied, options)
      }
      return transactions.transaction(async (transaction) => {
        await refuseFormerAdmin(parts, { caller, transaction })
        const before = await users.read(key, { transaction })
        const result = await store.update(key, tidied, { ...options, transaction })
        const change = { user: result.key, before: before?.item ?? {}, after: item }
        await noteChange(parts, change, { caller, transaction })
        return result
      }, options?.transaction)
    },
    delete: (key, options) =>
      transactions.transaction(async (transaction) => {
        await refuseFormerAdmin(parts, { caller, transaction })
        const address = await log.addressOf(caller, transaction)
        const found = await store.read(key, { transaction })
        // The rules say why not. What it owns would hold it.
        if (found?.deletable === true)
          await leaveConversations(parts, { me: found.key, transaction })
        await store.delete(key, { ...options, transaction })
        const event = { actor: caller.subject, subject: key, address }
        await log.record({ kind: 'user_deleted', ...event }, transaction)
      }, options?.transaction),
  }))
}

function tidy(item: UpdateInput<typeof user>, options?: WriteOptions): UpdateInput<typeof user> {
  const { full_name } = item
  if (typeof full_name !== 'string') return item
  const pointer = `${options?.pointer ?? '/item'}/full_name`
  return { ...item, full_name: tidyFullName(full_name, pointer) }
}

type Rights = Pick<UpdateInput<typeof user>, 'admin' | 'blocked'>

interface RightsChange {
  readonly user: string
  readonly before: Rights
  /** What is absent stays. */
  readonly after: Rights
}

interface Writing {
  readonly caller: Authorization
  readonly transaction: Transaction
}

/** A token says who was an admin when it was made. The rules look after everybody else. */
async function refuseFormerAdmin(
  { stores }: UserStoreParts,
  { caller: { subject = '', scopes }, transaction }: Writing,
): Promise<void> {
  if (!scopes.has('admin')) return
  const admins = await lockAdmins(stores, transaction)
  if (!admins.has(subject)) throw new ForbiddenError('You are no admin any more.')
}

async function noteChange(
  { sessions, log }: UserStoreParts,
  { user, before, after }: RightsChange,
  { caller, transaction }: Writing,
): Promise<void> {
  const address = await log.addressOf(caller, transaction)
  const event = { actor: caller.subject, subject: user, address }
  const { admin, blocked } = after
  if (admin !== undefined && admin !== before.admin) {
    const detail = admin ? 'It is an admin now.' : 'It is no admin any more.'
    await log.record({ kind: 'role_changed', ...event, detail }, transaction)
  }
  if (blocked !== undefined && blocked !== before.blocked) {
    // Also of who is unblocked: a login that was under way when it was blocked may have left a session behind.
    await endSessions(sessions, { user, transaction })
    await log.record({ kind: blocked ? 'blocked' : 'unblocked', ...event }, transaction)
  }
}
