/** Who may do what with exports: each user sees its own, and deletes them. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** They are asked for by an action, and changed by a job. Nobody else reads one, not even an admin. */
export const dataExportStoreFactory = restrictedStoreFactory(all, 'data_export', ({ row, me }) => {
  const isOwn = row.user_id.eq(me.id)
  return { read: isOwn, delete: isOwn }
})
