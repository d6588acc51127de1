/** Who may do what with messages: a message belongs to its author. */
import { ownedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** Anyone reads; who is logged in writes, as the author; the author alone updates and deletes, not even an admin. */
export const messageStoreFactory = ownedStoreFactory(all, 'message', { owner: 'author_id' })
