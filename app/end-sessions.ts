/** Ends sessions of one user. */
import { NotFoundError, where, type PlainStore, type Transaction } from '../framework/index.ts'
import { all } from './resources/all.ts'
import type { session } from './resources/session.ts'

/** Whose sessions end. */
export interface EndSessions {
  readonly user: string
  /** The session that goes on; undefined: none does. */
  readonly except?: string | undefined
  readonly transaction: Transaction
}

/**
 * Deletes the sessions that there are. Their tokens are refused, and their sockets closed, when the log tells of it. A login that is
 * under way may open one right behind.
 * @returns the keys of those that ended
 */
export async function endSessions(
  sessions: PlainStore<typeof session>,
  { user, except, transaction }: EndSessions,
): Promise<readonly string[]> {
  const isOfUser = where(all, 'session', (row) => {
    const isOwn = row.user_id.eq(user)
    return except === undefined ? isOwn : isOwn.and(row.id.ne(except))
  })
  const ended: string[] = []
  for (;;) {
    const { results } = await sessions.search(
      { filter: isOfUser, limit: sessions.resource.batchSize },
      { transaction },
    )
    if (results.length === 0) return ended
    for (const { key } of results) {
      if (await isDeleted(sessions, key, transaction)) ended.push(key)
    }
  }
}

/** False: somebody else has just ended it. */
async function isDeleted(
  sessions: PlainStore<typeof session>,
  key: string,
  transaction: Transaction,
): Promise<boolean> {
  try {
    await sessions.delete(key, { transaction })
    return true
  } catch (error) {
    if (error instanceof NotFoundError) return false
    throw error
  }
}
