/** Who may do what with users: rules, and beside them code of the app's own. */
import { InvalidError, restrictedStoreFactory, wrappedStoreFactory } from '../../framework/index.ts'
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

/** The rules of users; and what a person is called is kept tidy, whichever way it is written. */
export const userStoreFactory = wrappedStoreFactory(byRules, (store) => ({
  update(key, item, options) {
    if (typeof item.full_name !== 'string') return store.update(key, item, options)
    return store.update(
      key,
      { ...item, full_name: tidy(item.full_name, options?.pointer) },
      options,
    )
  },
}))

function tidy(fullName: string, pointer = '/item'): string {
  const tidied = fullName.normalize('NFC').trim().replaceAll(/\s+/gu, ' ')
  if (tidied === '') {
    throw new InvalidError([{ pointer: `${pointer}/full_name`, detail: 'must not be blank' }])
  }
  return tidied
}
