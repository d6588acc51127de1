/** Marks notifications as read. */
import Type from 'typebox'
import { action, UnauthenticatedError, web, type Transaction } from '../../framework/index.ts'
import { sqlIn, type DomainStores } from '../domain-stores.ts'
import { notification } from '../resources/notification.ts'
import { UUID } from '../uuid.ts'

/** What it needs. */
export type NotificationsReadStores = Pick<DomainStores, 'transactions' | 'queryable'>

/** In one statement. */
const BATCH = 1000

/** All of the caller's at once, or some. Not in one transaction: there may be many, and each stands for itself. */
export function notificationsReadAction(stores: NotificationsReadStores) {
  return action('notifications_read', {
    description: 'Marks your notifications as read: those with these ids, or all.',
    input: Type.Object(
      {
        ids: Type.Optional(Type.Array(UUID, { maxItems: notification.batchSize })),
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
    async run({ ids }, { caller: { subject: user } }) {
      if (user === undefined) throw new UnauthenticatedError()
      if (ids?.length === 0) return { changed: 0 }
      for (let changed = 0; ;) {
        const count = await stores.transactions.transaction((transaction) =>
          readSome(stores, { user, ids }, transaction),
        )
        changed += count
        if (count < BATCH) return { changed }
      }
    },
  })
}

interface Asked {
  readonly user: string
  /** Undefined: all. */
  readonly ids: readonly string[] | undefined
}

/** @returns how many were unread before */
async function readSome(
  stores: NotificationsReadStores,
  { user, ids }: Asked,
  transaction: Transaction,
): Promise<number> {
  const sql = sqlIn(stores, transaction)
  const unread = sql
    .selectFrom('notification')
    .select('id')
    .where('user_id', '=', user)
    .where('is_read', '=', false)
    .orderBy('id')
    .limit(BATCH)
    // What somebody else is about to mark is waited for, and not counted.
    .forNoKeyUpdate()
  const { numUpdatedRows } = await sql
    .updateTable('notification')
    .set({ is_read: true })
    .where('id', 'in', ids === undefined ? unread : unread.where('id', 'in', ids))
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
