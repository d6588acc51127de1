/** Who may do what with sessions: they are their owner's alone. */
import {
  restrictedStoreFactory,
  wrappedStoreFactory,
  type PlainStore,
  type StoreFactory,
} from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import type { session } from '../resources/session.ts'
import type { SecurityLog } from '../security-log.ts'

const byRules = restrictedStoreFactory(all, 'session', ({ row, me }) => {
  const isOwn = row.user_id.eq(me.id)
  return { read: isOwn, delete: isOwn }
})

/** What the store factory of sessions needs. */
export interface SessionStoreParts {
  readonly sessions: PlainStore<typeof session>
  readonly log: SecurityLog
}

/**
 * The owner reads its sessions, and ends one by deleting it, which is written down. They are made by logging in alone, and changed by
 * refreshing alone.
 */
export function sessionStoreFactory({
  sessions: { transactions },
  log,
}: SessionStoreParts): StoreFactory<typeof session> {
  return wrappedStoreFactory(byRules, (store, { caller }) => ({
    delete: (key, options) =>
      transactions.transaction(async (transaction) => {
        const address = await log.addressOf(caller, transaction)
        await store.delete(key, { ...options, transaction })
        const { subject } = caller
        await log.record({ kind: 'session_ended', actor: subject, subject, address }, transaction)
      }, options?.transaction),
  }))
}
