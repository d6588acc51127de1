/** Who may do what with notifications: each user reads its own, marks them as read, and deletes them. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** Nobody makes them by the API. */
export const notificationStoreFactory = restrictedStoreFactory(
  all,
  'notification',
  ({ row, me }) => {
    const isOwn = row.user_id.eq(me.id)
    return { read: isOwn, update: isOwn, delete: isOwn }
  },
)
