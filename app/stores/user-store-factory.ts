/** Who may do what with users: rules, and beside them code of the app's own. */
import { restrictedStoreFactory, wrappedStoreFactory } from '../../framework/index.ts'
import { tidyFullName } from '../full-name.ts'
import { all } from '../resources/all.ts'

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
    },
  }
})

/** The rules of users; and code that keeps their full names tidy. */
export const userStoreFactory = wrappedStoreFactory(byRules, (store) => ({
  async update(key, item, options) {
    const { full_name } = item
    if (typeof full_name !== 'string') return store.update(key, item, options)
    const pointer = `${options?.pointer ?? '/item'}/full_name`
    return store.update(key, { ...item, full_name: tidyFullName(full_name, pointer) }, options)
  },
}))
