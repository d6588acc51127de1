/** Who may do what with users: rules, and beside them code of the app's own. */
import {
  restrictedStoreFactory,
  wrappedStoreFactory,
  type PlainStore,
  type StoreFactory,
} from '../../framework/index.ts'
import { endSessions } from '../end-sessions.ts'
import { tidyFullName } from '../full-name.ts'
import { all } from '../resources/all.ts'
import type { session } from '../resources/session.ts'
import type { user } from '../resources/user.ts'

const byRules = restrictedStoreFactory(all, 'user', ({ row, me, anyone }) => {
  const isSelf = row.id.eq(me.id)
  const isAdmin = me.scope('admin')
  const isAdminOverOthers = isAdmin.and(row.id.ne(me.id))
  return {
    read: anyone,
    // No rule for create: users are made by sign-up alone.
    update: isSelf.or(isAdmin),
    delete: isAdminOverOthers,
    attributes: {
      email_address: { read: isSelf.or(isAdmin) },
      admin: { update: isAdminOverOthers },
      blocked: { read: isAdmin, update: isAdminOverOthers },
    },
  }
})

/** What the store factory of users needs. */
export interface UserStoreParts {
  readonly users: PlainStore<typeof user>
  readonly sessions: PlainStore<typeof session>
}

/** The rules of users; and code that keeps their full names tidy, and ends the sessions of who is blocked in the same transaction. */
export function userStoreFactory({ users, sessions }: UserStoreParts): StoreFactory<typeof user> {
  return wrappedStoreFactory(byRules, (store) => ({
    async update(key, item, options) {
      const { full_name, blocked } = item
      const pointer = `${options?.pointer ?? '/item'}/full_name`
      const tidied =
        typeof full_name === 'string'
          ? { ...item, full_name: tidyFullName(full_name, pointer) }
          : item
      if (blocked === undefined) return store.update(key, tidied, options)
      return users.transactions.transaction(async (transaction) => {
        const before = await users.read(key, { transaction })
        const result = await store.update(key, tidied, { ...options, transaction })
        // Also of who is unblocked: a login that was under way when it was blocked may have left a session behind.
        if (before?.item.blocked !== blocked)
          await endSessions(sessions, { user: result.key, transaction })
        return result
      }, options?.transaction)
    },
  }))
}
