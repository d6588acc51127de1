/** Who may do what with sessions: they are their owner's alone. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** The owner reads its sessions, and ends one by deleting it. They are made by logging in alone, and changed by refreshing alone. */
export const sessionStoreFactory = restrictedStoreFactory(all, 'session', ({ row, me }) => {
  const isOwn = row.user_id.eq(me.id)
  return { read: isOwn, delete: isOwn }
})
