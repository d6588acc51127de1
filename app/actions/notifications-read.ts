/** Marks notifications as read. */
import Type from 'typebox'
import { action, ForbiddenError, UnauthenticatedError, web, where } from '../../framework/index.ts'
import { all } from '../resources/all.ts'
import { notification } from '../resources/notification.ts'

/** All of the caller's at once, or some. Not in one transaction: there may be many, and each stands for itself. */
export function notificationsReadAction() {
  return action('notifications_read', {
    description: 'Marks your notifications as read: those with these ids, or all.',
    input: Type.Object(
      {
        ids: Type.Optional(
          Type.Array(Type.String({ format: 'uuid' }), { maxItems: notification.batchSize }),
        ),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      { changed: Type.Integer({ minimum: 0, description: 'How many were unread before.' }) },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isTransactional: false,
    examples: [
      { name: 'All', input: {} },
      { name: 'One', input: { ids: ['0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a02'] } },
    ],
    async run({ ids }, { caller: { subject }, stores }) {
      const notifications = stores.store('notification')
      if (subject === undefined) throw new UnauthenticatedError()
      if (notifications === undefined) throw new ForbiddenError()
      const filter = where(all, 'notification', (row) => {
        const isUnread = row.user_id.eq(subject).and(row.is_read.eq(false))
        return ids === undefined ? isUnread : isUnread.and(row.id.oneof(...ids))
      })
      return { changed: await notifications.updateAll(filter, { is_read: true }) }
    },
  })
}
