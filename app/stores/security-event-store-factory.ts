/** Who may do what with security events: admins read them, and nobody writes them. */
import { restrictedStoreFactory } from '../../framework/index.ts'
import { all } from '../resources/all.ts'

/** They come to be with what they tell, and stay as they are. */
export const securityEventStoreFactory = restrictedStoreFactory(
  all,
  'security_event',
  ({ me }) => ({
    read: me.scope('admin'),
  }),
)
