/** Who may see friendships: each user its own side. Actions change them. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** What others are to somebody is nobody else's to know, not even an admin's. */
export const friendshipStoreFactory = restrictedStoreFactory(all, 'friendship', ({ row, me }) => ({
  read: row.user_id.eq(me.id),
}))
